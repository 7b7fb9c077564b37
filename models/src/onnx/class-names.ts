import coco from '../../cards/coco-nanodet.json' with { type: 'json' };
import { ModelFileRefusedError } from '../errors.ts';
import type { OnnxFile } from './onnx-file.ts';
import { MOST_CLASSES, readPythonNames } from './python-names.ts';

const COCO: readonly string[] = coco.classes;

/** The names that the person states, else those in the file's metadata. Undefined: neither says. */
export function knownNames(
  { metadata }: OnnxFile,
  stated: readonly string[] | undefined,
): readonly string[] | undefined {
  if (stated !== undefined && stated.length > 0) return stated;
  const text = metadata.get('names');
  if (text === undefined || text.trim() === '') return undefined;
  const names = readPythonNames(text);
  if (names === undefined || names.length === 0)
    throw new ModelFileRefusedError(
      'classes',
      `the "names" in its metadata cannot be read (${text.slice(0, 60)}): state the classes in the order of the training`,
    );
  return names;
}

/**
 * The names of `count` classes: the known ones, else COCO's for 80, else `class 0` and so on. Throws ModelFileRefusedError
 * when the known ones are more or fewer.
 */
export function namesFor(count: number, known: readonly string[] | undefined): readonly string[] {
  if (count < 1)
    throw new ModelFileRefusedError(
      'classes',
      'its output has no room for a class: export a detector, or state the layout that it has',
    );
  if (count > MOST_CLASSES)
    throw new ModelFileRefusedError(
      'classes',
      `its output has ${count} classes and a card takes up to ${MOST_CLASSES}: train with fewer`,
    );
  if (known !== undefined && known.length !== count)
    throw new ModelFileRefusedError(
      'classes',
      `its output has ${count} classes and ${known.length} are named (${known.slice(0, 3).join(', ')}...): state all ${count} names in the order of the training`,
    );
  const blank = known?.findIndex(name => name.trim() === '') ?? -1;
  if (blank >= 0)
    throw new ModelFileRefusedError(
      'classes',
      `the name of class ${blank} is blank: state the names of all ${count} classes`,
    );
  const twice = known?.find((name, at) => known.indexOf(name) < at);
  if (twice !== undefined)
    throw new ModelFileRefusedError(
      'classes',
      `two of its classes are named ${twice}, and a rule could not tell them apart: state ${count} different names`,
    );
  return known ?? (count === COCO.length ? COCO : Array.from({ length: count }, (_, index) => `class ${index}`));
}
