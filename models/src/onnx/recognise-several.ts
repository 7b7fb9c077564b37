import { ModelFileRefusedError } from '../errors.ts';
import { namesFor } from './class-names.ts';
import type { OnnxValue } from './onnx-file.ts';
import {
  type Facts,
  fixed,
  hasOperator,
  IMAGENET_PICTURES,
  layoutRefused,
  type Recognised,
  rankOf,
} from './recognised.ts';

/** Layouts with an output each for boxes and what they are. Undefined: the file has no such outputs. */
export function recogniseSeveral(facts: Facts): Recognised | undefined {
  const { outputs } = facts.file;
  if (outputs.length < 2) return undefined;
  const logits = outputs.find(one => /logits/i.test(one.name) && rankOf(one) === 3);
  const boxes = outputs.find(
    one => one !== logits && columnsOf(one) === 4 && one.type === 'float32' && rankOf(one) >= 2,
  );
  if (boxes === undefined) return undefined;
  return logits === undefined ? foundBoxes(facts, boxes) : detr(facts, logits, boxes);
}

/** The last size; 4 for boxes that do not say it. */
const columnsOf = ({ name, dims }: OnnxValue): number => fixed(dims?.at(-1)) ?? (/box/i.test(name) ? 4 : 0);

/**
 * Hugging Face's DETR and RT-DETR have equal outputs. The number of known names decides; else GridSample, an operator
 * of deformable attention, which RT-DETR has and DETR has not.
 */
function detr({ file, names }: Facts, logits: OnnxValue, boxes: OnnxValue): Recognised {
  const columns = fixed(logits.dims?.[2]) ?? names?.length;
  if (columns === undefined)
    throw new ModelFileRefusedError('classes', `its output ${logits.name} has no fixed size: state the classes`);
  const noObject = names === undefined ? !hasOperator(file, 'GridSample') : names.length === columns - 1;
  return {
    output: { layout: 'detr', scores: logits.name, boxes: boxes.name, ...(noObject && { noObject }) },
    classes: namesFor(noObject ? columns - 1 : columns, names),
    ...(noObject && { trainedOn: IMAGENET_PICTURES }),
  };
}

/** `boxes`, `labels` and `scores` after suppression, each a row an object. */
function foundBoxes(facts: Facts, boxes: OnnxValue): Recognised | undefined {
  const { file, input, names } = facts;
  const rows = file.outputs.filter(one => rankOf(one) === rankOf(boxes) - 1 && !/^num/i.test(one.name));
  const labels =
    rows.find(one => /label|class/i.test(one.name)) ?? rows.find(one => one.type === 'int64' || one.type === 'int32');
  const scores =
    rows.find(one => one !== labels && /score|conf/i.test(one.name)) ??
    rows.find(one => one !== labels && one.type === 'float32');
  if (labels === undefined || scores === undefined) return undefined;
  if (rankOf(boxes) !== (input.batched ? 3 : 2))
    throw layoutRefused(
      `its outputs ${boxes.name}, ${labels.name} and ${scores.name} do not say which picture of a batch they are of`,
      'export it for one picture, or with a batch in inputs and outputs',
    );
  if (names === undefined)
    throw new ModelFileRefusedError(
      'classes',
      `its output ${labels.name} gives numbers and the file has no names: state the classes in the order of the training`,
    );
  const tensorflow = /^detection_/.test(boxes.name);
  return {
    output: {
      layout: 'found-boxes',
      ...{ boxes: boxes.name, labels: labels.name, scores: scores.name },
      ...(tensorflow && { coordinates: 'share' }),
      corners: tensorflow ? 'yxyx' : 'xyxy',
      // TensorFlow's and TorchVision's label 0 is the background.
      firstLabel: tensorflow || !input.batched ? 1 : 0,
    },
    classes: names,
    ...(tensorflow && { trainedOn: { colourOrder: 'rgb', valueRange: [0, 255] } }),
  };
}
