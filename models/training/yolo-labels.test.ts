import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { LabelsInvalidError, parseNames, readYoloFolder } from './yolo-labels.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sightline-labels-'));
  await mkdir(join(folder, 'images', 'train'), { recursive: true });
  await mkdir(join(folder, 'labels', 'train'), { recursive: true });
  await writeFile(join(folder, 'data.yaml'), 'path: .\nnames:\n  0: hand\n  1: "pizza"\nnc: 2\n');
  await writeFile(join(folder, 'images/train/a.jpg'), '');
  await writeFile(join(folder, 'images/train/b.jpg'), '');
});
afterEach(() => rm(folder, { recursive: true }));

const label = (text: string): Promise<void> => writeFile(join(folder, 'labels/train/a.txt'), text);

test('a folder by a labelling tool is read; a picture without a label file has no boxes', async () => {
  await label('1 0.5 0.5 0.2 0.4\n\n0 0.1 0.1 0.2 0.2\n');
  const { classes, pictures } = await readYoloFolder(folder, 'train');
  expect(classes).toEqual(['hand', 'pizza']);
  expect(pictures.map(picture => picture.boxes.length)).toEqual([2, 0]);
});

test.each([
  ['0 0.5 0.5 0.2', /a\.txt:1: has 4 values instead of 5/],
  ['0 0.5 0.5 0.2 0.2\n2 0.5 0.5 0.2 0.2', /a\.txt:2: class 2 is not one of 0 to 1\. .*data\.yaml/],
  ['0 320 180 60 60', /a\.txt:1: .* above 1\. Divide pixels/],
  ['0 0.5 0,5 0.2 0.2', /a\.txt:1: "0,5" is not a number/],
  ['0 0.5 0.5 0 0.2', /a\.txt:1: the box has no size/],
  ['0 0.05 0.5 0.3 0.2', /a\.txt:1: the box reaches outside/],
])('the label line "%s" is refused with its file, its line and what to do', async (text, message) => {
  await label(text);
  const error = await readYoloFolder(folder, 'train').catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(LabelsInvalidError);
  expect(String(error)).toMatch(message);
});

test('the error for a folder without labels, names or pictures says what to add', async () => {
  await expect(readYoloFolder(folder, 'train')).rejects.toThrow(/no picture has a label/);
  await rm(join(folder, 'data.yaml'));
  await expect(readYoloFolder(folder, 'train')).rejects.toThrow(/classes\.txt/);
  await expect(readYoloFolder(join(folder, 'labels'), 'train')).rejects.toThrow(/images\//);
});

test('class names come from all three ways to write them', () => {
  expect(parseNames('names: [hand, "deep pan"]')).toEqual(['hand', 'deep pan']);
  expect(parseNames('names:\n- hand\n- pizza\nnc: 2')).toEqual(['hand', 'pizza']);
  expect(parseNames('names:\n  1: pizza\n  0: hand')).toEqual(['hand', 'pizza']);
});
