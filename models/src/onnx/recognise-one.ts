import pose from '../../cards/pose.json' with { type: 'json' };
import { ModelFileRefusedError } from '../errors.ts';
import { columnsOf, type Rest } from '../layouts/columns.ts';
import { namesFor } from './class-names.ts';
import type { OnnxFile, OnnxValue } from './onnx-file.ts';
import { listed, type PictureInput } from './picture-input.ts';
import {
  type Facts,
  fixed,
  hasOperator,
  layoutRefused,
  type Pictures,
  type ProposedLayout,
  type Recognised,
  rankOf,
} from './recognised.ts';

/** Grids of the families that are known: strides of their cells in px. */
const GRIDS: readonly (readonly number[])[] = [
  [8, 16, 32],
  [8, 16, 32, 64],
  [4, 8, 16, 32],
  [16, 32],
];
const YOLOV5_ANCHORS = 3;
const YOLOX_STRIDES = [8, 16, 32];
const MOST_FINISHED = 1_000;

const STATE_LAYOUT =
  'state the layout (ultralytics-detect is what YOLOv8 to v12 write), or export it with fixed shapes (dynamic=False)';
const STATE_CLASSES =
  'state the names of its classes, whose number tells, or the layout (ultralytics-detect-transposed, yolov5 or yolox)';

/** The layout of one output `[n, a, b]`, in the order of the rules below. */
export function recogniseOne(facts: Facts, value: OnnxValue): Recognised {
  const rest = restOf(facts.file);
  const extra = columnsOf(rest);
  const layout = facts.layout ?? layoutOf(facts, value, extra);
  const rows = layout === 'ultralytics-detect' ? value.dims?.[1] : value.dims?.[2];
  const { name } = value;
  switch (layout) {
    case 'ultralytics-detect':
    case 'ultralytics-detect-transposed':
      return { output: { layout, name, ...(rest && { rest }) }, classes: classesOf(facts, rows, 4 + extra) };
    case 'ultralytics-end-to-end':
      return { output: { layout, name, ...(rest && { rest }) }, classes: classesOfFinished(facts) };
    case 'yolov5':
      return {
        output: { layout, name, ...(rest && { rest }) },
        classes: classesOf(facts, rows, 5 + extra),
        ...(isYolox(facts, value) && { trainedOn: YOLOX_PICTURES }),
      };
    case 'yolox':
      return {
        output: { layout, name, strides: YOLOX_STRIDES },
        classes: classesOf(facts, rows, 5),
        trainedOn: YOLOX_PICTURES,
      };
    case 'rt-detr':
      return { output: { layout, name }, classes: classesOf(facts, rows, 4) };
  }
}

const YOLOX_PICTURES: Pictures = { colourOrder: 'bgr', valueRange: [0, 255] };

/**
 * Rules, first match counts. `p`: number of cells of a known grid in the input.
 *
 *   GridSample in the graph, or "RT-DETR" in the metadata        rt-detr
 *   metadata says nms or end2end, and b = 6 + rest               ultralytics-end-to-end
 *   a = 3p                                                       yolov5
 *   b = p; or a is fixed and b is free; or a is the smaller      ultralytics-detect
 *   a = p or free: b - 4 - rest classes are named                ultralytics-detect-transposed
 *   the same: b - 5 - rest classes are named, or b = 85          yolov5; with a = p also YOLOX (see `isYolox`)
 *   the same: b = 84                                             ultralytics-detect-transposed
 *   b = 6 + rest and a is at most 1,000 or free                  ultralytics-end-to-end
 */
function layoutOf(facts: Facts, value: OnnxValue, extra: number): ProposedLayout {
  const { file, input } = facts;
  const [a, b] = [fixed(value.dims?.[1]), fixed(value.dims?.[2])];
  if (hasOperator(file, 'GridSample') || /rt-?detr/i.test(file.metadata.get('description') ?? '')) return 'rt-detr';
  if (b === 6 + extra && saysFinished(file)) return 'ultralytics-end-to-end';
  const cells = cellsOf(input);
  if (a !== undefined && cells.has(a / YOLOV5_ANCHORS)) return 'yolov5';
  if (a !== undefined && a > 4 && (b === undefined || cells.has(b))) return 'ultralytics-detect';
  const isPlaces = a === undefined || cells.has(a);
  if (isPlaces && b !== undefined) return placePerRow(facts, value, b - extra);
  if (b === 6 + extra && a !== undefined && a <= MOST_FINISHED) return 'ultralytics-end-to-end';
  if (a !== undefined && b !== undefined && b > a && a > 4) return 'ultralytics-detect';
  throw layoutRefused(`its output is ${listed([value])}, and its sizes do not tell its layout`, STATE_LAYOUT);
}

/** `columns`: those of box, objectness and classes. */
function placePerRow(facts: Facts, value: OnnxValue, columns: number): ProposedLayout {
  const count = facts.names?.length;
  const withObjectness = isYolox(facts, value) && !hasOperator(facts.file, 'Exp') ? 'yolox' : 'yolov5';
  if (count === columns - 4) return 'ultralytics-detect-transposed';
  if (count === columns - 5 || (count === undefined && columns === 85)) return withObjectness;
  if (count === undefined && columns === 84) return 'ultralytics-detect-transposed';
  if (columns === 6 && fixed(value.dims?.[1]) === undefined) return 'ultralytics-end-to-end';
  throw layoutRefused(
    `its output ${listed([value])} may have ${columns - 4} classes, or ${columns - 5} and an objectness`,
    STATE_CLASSES,
  );
}

/**
 * YOLOX has one place a cell and YOLOv5 three. YOLOv6 has one too; its exports name the output `outputs`. A YOLOX that
 * decodes in its graph has the operator Exp, and its numbers are those of YOLOv5.
 */
function isYolox({ input }: Facts, { name, dims }: OnnxValue): boolean {
  const places = fixed(dims?.[1]);
  return places !== undefined && cellsOf(input).has(places) && name !== 'outputs';
}

function cellsOf({ shape: [, , heightPx, widthPx] }: PictureInput): ReadonlySet<number> {
  const cells = (stride: number): number => Math.ceil(heightPx / stride) * Math.ceil(widthPx / stride);
  return new Set(GRIDS.map(strides => strides.reduce((sum, stride) => sum + cells(stride), 0)));
}

/** Ultralytics notes `'nms': True` in `args`, or `end2end: True`. */
const saysFinished = ({ metadata }: OnnxFile): boolean =>
  /['"]nms['"]:\s*True/.test(metadata.get('args') ?? '') || /^true$/i.test(metadata.get('end2end') ?? '');

/** Columns after the classes, by the task in the metadata; masks also by their second output. */
function restOf({ metadata, outputs }: OnnxFile): Rest | undefined {
  const task = metadata.get('task');
  if (task === 'obb') return { kind: 'angle' };
  if (task === 'pose') return pointsOf(metadata.get('kpt_shape'));
  const masks = outputs.find(one => rankOf(one) === 4);
  if (task === 'segment' || (task === undefined && masks !== undefined))
    return { kind: 'masks', columns: fixed(masks?.dims?.[1]) ?? 32 };
  return undefined;
}

/** `[17, 3]`: points, and numbers of each. */
function pointsOf(shape: string | undefined): Rest {
  const [count, columns] = [...(shape ?? '').matchAll(/\d{1,4}/g)].map(Number);
  if (count === undefined || count < 1 || (columns !== 2 && columns !== 3))
    throw layoutRefused(
      `it finds key points and its metadata do not say how many (kpt_shape: ${shape ?? 'none'})`,
      'export it again with its metadata',
    );
  const { names } = pose.output;
  return {
    kind: 'points',
    names: count === names.length ? names : Array.from({ length: count }, (_, at) => `point ${at + 1}`),
    columns,
  };
}

/** Rows of a network with one class and 17 key points of 3 numbers. */
const POSE_ROWS = 56;

/** `before`: rows that are no class. */
function classesOf({ names }: Facts, rows: number | string | undefined, others: number): readonly string[] {
  const count = fixed(rows) === undefined ? names?.length : (fixed(rows) ?? 0) - others;
  if (count === undefined)
    throw new ModelFileRefusedError('classes', 'its output has no fixed number of classes: state the classes');
  if (names === undefined && fixed(rows) === POSE_ROWS && others === 4)
    throw new ModelFileRefusedError(
      'classes',
      'its output may have 52 classes, or one and 17 key points: state the classes, or export it again with its metadata',
    );
  return namesFor(count, names);
}

function classesOfFinished({ names }: Facts): readonly string[] {
  if (names !== undefined) return names;
  throw new ModelFileRefusedError(
    'classes',
    'its output gives numbers of classes and the file has no names: state the classes in the order of the training',
  );
}
