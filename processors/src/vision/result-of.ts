import type { ModelCard, ModelObject } from '@sightline/models';
import type { Box, ModelResult } from '@sightline/schemas';

/**
 * The result of a model for a picture, by what the model gives. `objects`: most confident first. `of`: names of the
 * models whose boxes it looked at.
 */
export function resultOf(
  { name: model, version, sha256, classes, task, output }: ModelCard,
  objects: readonly ModelObject[],
  of: readonly string[],
): ModelResult {
  const result = { model, version, sha256, of, everyMs: 0 };
  if (task === 'embed') {
    const subjects = objects.map(({ vector = [], ...object }) => ({ box: boxOf(object), vector }));
    return { ...result, payload: { kind: 'embedding', subjects } };
  }
  if (task === 'points' || ('rest' in output && output.rest?.kind === 'points')) {
    const subjects = objects.map(object => ({ box: boxOf(object), points: object.points }));
    return { ...result, payload: { kind: 'key_points', classes, subjects } };
  }
  return { ...result, payload: { kind: 'boxes', classes, boxes: objects.map(boxOf) } };
}

const boxOf = ({ className, confidence, x1Px, y1Px, x2Px, y2Px }: ModelObject): Box => ({
  ...{ className, confidence, x1Px, y1Px, x2Px, y2Px },
});
