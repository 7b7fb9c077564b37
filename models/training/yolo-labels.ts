import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join, relative } from 'node:path';

/** A box of a label file: centre and size relative to the picture, in [0, 1]. */
export type YoloBox = {
  readonly classIndex: number;
  readonly cx: number;
  readonly cy: number;
  readonly w: number;
  readonly h: number;
};

export type LabelledPicture = { readonly path: string; readonly boxes: readonly YoloBox[] };

export type LabelledFolder = { readonly classes: readonly string[]; readonly pictures: readonly LabelledPicture[] };

/** Names the file and line, the fault, and what to write instead. */
export class LabelsInvalidError extends Error {
  readonly code = 'LABELS_INVALID';
  readonly retriable = false;

  constructor(where: string, problem: string, fix: string) {
    super(`${where}: ${problem}. ${fix}`);
    this.name = 'LabelsInvalidError';
  }
}

const pictureEndings = new Set(['.jpg', '.jpeg', '.png', '.webp', '.bmp']);
/** Boxes may exceed the picture by this much, because labelling tools round. */
const slack = 0.002;

/**
 * Reads a folder in the layout of YOLO tools: `images/`, `labels/` with one text file per picture (same path, ending
 * .txt; none means no boxes), and the class names in `data.yaml` or `classes.txt`. With the sub-folders `train` and
 * `val`, `part` selects one; without them it reads all pictures. Throws at the first fault.
 */
export async function readYoloFolder(folder: string, part: 'train' | 'val'): Promise<LabelledFolder> {
  const images = join(folder, 'images');
  if (!existsSync(images))
    throw new LabelsInvalidError(
      folder,
      'there is no folder images/',
      'Put the pictures there and their labels into labels/',
    );
  const classes = await readClasses(folder);
  const root = existsSync(join(images, part)) ? join(images, part) : images;
  const files = (await readdir(root, { recursive: true }))
    .filter(file => pictureEndings.has(extname(file).toLowerCase()))
    .sort();
  if (files.length === 0)
    throw new LabelsInvalidError(
      root,
      'there are no pictures',
      `Put files ending in ${[...pictureEndings].join(', ')} there`,
    );
  const pictures = await Promise.all(
    files.map(async file => {
      const path = join(root, file);
      const stem = relative(images, path).slice(0, -extname(file).length);
      return { path, boxes: await readLabelFile(join(folder, 'labels', `${stem}.txt`), classes.length) };
    }),
  );
  if (pictures.every(picture => picture.boxes.length === 0)) {
    throw new LabelsInvalidError(
      join(folder, 'labels'),
      'no picture has a label',
      'Write labels/NAME.txt for images/NAME.jpg, one line "class cx cy w h" per box',
    );
  }
  return { classes, pictures };
}

async function readLabelFile(path: string, classes: number): Promise<readonly YoloBox[]> {
  if (!existsSync(path)) return [];
  const lines = (await readFile(path, 'utf8')).split(/\r?\n/);
  return lines.flatMap((line, i) => (line.trim() === '' ? [] : [parseLabel(line, `${path}:${i + 1}`, classes)]));
}

/** One line: `class cx cy w h`, numbers separated by blanks, the last four relative to the picture. */
export function parseLabel(line: string, where: string, classes: number): YoloBox {
  const words = line.trim().split(/\s+/);
  if (words.length !== 5) {
    throw new LabelsInvalidError(
      where,
      `has ${words.length} values instead of 5`,
      'Write "class cx cy w h"; outlines must be turned into boxes first',
    );
  }
  const [classIndex = 0, cx = 0, cy = 0, w = 0, h = 0] = words.map(Number);
  const odd = words.find(word => !Number.isFinite(Number(word)));
  if (odd !== undefined)
    throw new LabelsInvalidError(where, `"${odd}" is not a number`, 'Write numbers with a point, as in 0.25');
  if (!Number.isInteger(classIndex) || classIndex < 0 || classIndex >= classes) {
    throw new LabelsInvalidError(
      where,
      `class ${words[0]} is not one of 0 to ${classes - 1}`,
      'Correct it, or add the name to data.yaml',
    );
  }
  if ([cx, cy, w, h].some(value => value > 1 + slack)) {
    throw new LabelsInvalidError(
      where,
      `"${line.trim()}" goes above 1`,
      'Divide pixels by the width and height of the picture',
    );
  }
  if (w <= 0 || h <= 0)
    throw new LabelsInvalidError(
      where,
      'the box has no size',
      'Give it a width and a height above 0, or delete the line',
    );
  const outside = Math.max(w / 2 - cx, h / 2 - cy, cx + w / 2 - 1, cy + h / 2 - 1);
  if (outside > slack)
    throw new LabelsInvalidError(
      where,
      'the box reaches outside the picture',
      'The first two numbers are its centre, not its corner; cut it at the edge',
    );
  return { classIndex, cx, cy, w, h };
}

async function readClasses(folder: string): Promise<readonly string[]> {
  const plain = join(folder, 'classes.txt');
  if (existsSync(plain))
    return named(
      (await readFile(plain, 'utf8')).split(/\r?\n/).map(name => name.trim()),
      plain,
    );
  const yaml = ['data.yaml', 'data.yml', 'dataset.yaml'].map(name => join(folder, name)).find(existsSync);
  if (!yaml)
    throw new LabelsInvalidError(
      folder,
      'there is neither data.yaml nor classes.txt',
      'Write classes.txt with one class name per line, class 0 first',
    );
  return named(parseNames(await readFile(yaml, 'utf8')), yaml);
}

function named(names: readonly string[], path: string): readonly string[] {
  const known = names.filter(name => name !== '');
  if (known.length === 0)
    throw new LabelsInvalidError(path, 'it names no classes', 'Write "names: [hand, pizza, scooper]"');
  return known;
}

/** The `names` of a data.yaml: `[a, b]`, a list of `- a`, or a map of `0: a`. */
export function parseNames(yaml: string): readonly string[] {
  const lines = yaml.split(/\r?\n/).map(line => line.replace(/\s+#.*$/, ''));
  const start = lines.findIndex(line => /^names\s*:/.test(line));
  if (start < 0) return [];
  const rest = (lines[start] ?? '').replace(/^names\s*:\s*/, '');
  if (rest !== '')
    return rest
      .replace(/^\[|\]$/g, '')
      .split(',')
      .map(unquote);
  const names: string[] = [];
  for (const line of lines.slice(start + 1)) {
    const item = /^\s*-\s*(.+)$/.exec(line) ?? /^\s+(\d+)\s*:\s*(.+)$/.exec(line);
    if (!item) {
      if (line.trim() === '') continue;
      break;
    }
    if (item[2] === undefined) names.push(unquote(item[1] ?? ''));
    else names[Number(item[1])] = unquote(item[2]);
  }
  return Array.from(names, name => name ?? '');
}

function unquote(text: string): string {
  return text.trim().replace(/^["']|["']$/g, '');
}
