import { listed } from './picture-input.ts';
import { recogniseOne } from './recognise-one.ts';
import { recogniseSeveral } from './recognise-several.ts';
import { type Facts, fixed, layoutRefused, type Recognised, rankOf } from './recognised.ts';

/** Tasks of Ultralytics whose exports have boxes. */
const TASKS_WITH_BOXES: ReadonlySet<string> = new Set(['detect', 'segment', 'pose', 'obb']);

/** What the outputs mean. Throws ModelFileRefusedError for a network without boxes or of an unknown layout. */
export function recognise(facts: Facts): Recognised {
  const { metadata, outputs } = facts.file;
  const task = metadata.get('task');
  if (task !== undefined && !TASKS_WITH_BOXES.has(task))
    throw layoutRefused(
      `its task is ${task}, which gives no boxes`,
      'train and export a detector (task detect, segment, pose or obb)',
    );
  const several = recogniseSeveral(facts);
  if (several !== undefined) return several;
  const [places, ...others] = outputs.filter(one => rankOf(one) === 3 && one.type === 'float32');
  if (places !== undefined && others.length === 0) return recogniseOne(facts, places);
  if (outputs.some(one => one.type === 'float16'))
    throw layoutRefused(
      `its outputs are ${listed(outputs)}, and this runtime does not take float16`,
      'export it with half=False, or keep float16 inside only (in onnxconverter-common: keep_io_types=True)',
    );
  const [first] = outputs;
  if (first !== undefined && rankOf(first) === 2 && fixed(first.dims?.[1]) !== 7)
    throw layoutRefused(
      `its output is ${listed(outputs)}: it classifies whole pictures and finds no boxes`,
      'train and export a detector',
    );
  throw layoutRefused(
    `its outputs are ${listed(outputs)}, which is no layout that is known here`,
    'export it in one that models/README.md lists',
  );
}
