import type {
  Box,
  CameraRun,
  Detection,
  ModelReference,
  ModelRun,
  OpenTrack,
  Outcome,
  TrackedBox,
} from '@sightline/schemas';
import { foundIn } from '@sightline/schemas';
import { alive, awaited, hold, remembered, track } from '../tracking/index.ts';

/** Models of which a camera keeps the last result (CameraRun): those of the present record, then the others. */
const MOST_MODELS = 32;

/** The result of one model for a camera at one record. */
export interface ModelObservation extends ModelReference {
  readonly classes: readonly string[];
  /** Models whose boxes it looked at; empty: the whole picture. */
  readonly of: readonly string[];
  /** Camera time that its rate leaves between two looks. */
  readonly everyMs: number;
  /** With their tracks, tentative ones too. */
  readonly boxes: readonly TrackedBox[];
  /** Objects that it missed in this picture and found a moment ago. */
  readonly remembered: readonly Box[];
  readonly tracks: readonly OpenTrack[];
}

/** The content of one record for the rules. */
export interface Observation {
  /** The record's outcome; an `unchanged` record that repeats no known picture counts as skipped. */
  readonly outcome: Outcome;
  /** The result of each model. For a model not listed here, nothing is known at this time. */
  readonly seen: readonly ModelObservation[];
  /** Confirmed objects of models that passed over this picture by their rate, each at its expected place. */
  readonly awaited: readonly Box[];
  /** The camera's models after this record. */
  readonly models: readonly ModelRun[];
  /** Results left out: this version does not know their payload's kind. */
  readonly unknown: readonly { readonly model: string; readonly of: string }[];
}

/**
 * Follows the objects of each model through one record. An `unchanged` record repeats the last result of each model
 * that looked at the last picture, unless a skipped record, a new epoch or the end came since. Boxes are followed, those
 * of key points too; other payloads are for other readers.
 */
export function observe(run: CameraRun, detection: Detection, timeMs: number): Observation {
  const isNewEpoch = detection.epoch !== run.epoch;
  const models = isNewEpoch ? run.models.map(staled).filter(({ tracks }) => tracks.length > 0) : run.models;
  switch (detection.outcome) {
    case 'detected':
      return detected(models, detection, timeMs);
    case 'unchanged':
      return unchanged(models, timeMs);
    case 'ended':
      return { outcome: 'ended', seen: [], awaited: [], models: [], unknown: [] };
    case 'down':
      return { outcome: 'down', seen: [], awaited: [], models: models.map(model => aged(model, timeMs)), unknown: [] };
    default:
      return skipped(models, timeMs);
  }
}

function detected(known: readonly ModelRun[], detection: Detection, timeMs: number): Observation {
  let firstBox = 0;
  const seen = detection.results.flatMap(({ model, version, sha256, of, everyMs, payload }): ModelObservation[] => {
    const found = foundIn(payload);
    if (found === undefined) return [];
    const { classes } = found;
    const before = known.find(one => one.model === model)?.tracks ?? [];
    const followed = track(before, found.boxes, { ...detection, firstBox, everyMs }, timeMs);
    const { tracks } = followed;
    firstBox += followed.boxes.length;
    const boxes = followed.boxes.map((box, at) => ({ ...box, points: found.boxes[at]?.points ?? [], model }));
    const missed = remembered(tracks, timeMs, everyMs);
    return [{ model, version, sha256, of, everyMs, tracks, classes, boxes, remembered: missed }];
  });
  const others = known
    .filter(({ model }) => !seen.some(one => one.model === model))
    .map(one => aged(staled(one), timeMs));
  return {
    outcome: 'detected',
    seen,
    awaited: others.flatMap(({ tracks, everyMs }) => awaited(tracks, timeMs, everyMs)),
    models: [...seen.map(({ remembered: _, ...one }) => ({ ...one, isCurrent: true })), ...others].slice(
      0,
      MOST_MODELS,
    ),
    unknown: detection.results.flatMap(({ model, payload }) =>
      payload.kind === 'unknown' ? [{ model, of: payload.of }] : [],
    ),
  };
}

function unchanged(known: readonly ModelRun[], timeMs: number): Observation {
  if (!known.some(({ isCurrent }) => isCurrent)) return skipped(known, timeMs);
  const models = known.map(one =>
    one.isCurrent ? { ...one, tracks: hold(one.tracks, timeMs, one.everyMs) } : aged(one, timeMs),
  );
  const seen = models
    .filter(({ isCurrent }) => isCurrent)
    .map(({ isCurrent: _, ...one }) => ({ ...one, remembered: remembered(one.tracks, timeMs, one.everyMs) }));
  return { outcome: 'unchanged', seen, awaited: [], models, unknown: [] };
}

const skipped = (models: readonly ModelRun[], timeMs: number): Observation => ({
  outcome: 'skipped',
  seen: [],
  awaited: [],
  models: models.map(model => aged(staled(model), timeMs)),
  unknown: [],
});

/** The last result no longer describes the picture. */
const staled = (model: ModelRun): ModelRun => (model.isCurrent ? { ...model, isCurrent: false, boxes: [] } : model);

/** The model after a time without a look: it drops tracks that were unseen for too long. */
const aged = (model: ModelRun, timeMs: number): ModelRun => ({
  ...model,
  tracks: alive(model.tracks, timeMs, model.everyMs),
});
