import type { Box, CameraRun, Detection, ModelResult, OpenTrack, Outcome, TrackedBox } from '@sightline/schemas';
import { alive, hold, remembered, track } from '../tracking/index.ts';

/** What a record shows of its camera. */
export interface Observation {
  /** What the record counts as: an `unchanged` one that nothing vouches for counts as skipped. */
  readonly outcome: Outcome;
  /** True when the boxes are what is to be seen at this time; false: nothing is known of it. */
  readonly observed: boolean;
  /** With tracks, tentative ones too. */
  readonly boxes: readonly TrackedBox[];
  /** What was missed in this picture and was there a moment ago. */
  readonly remembered: readonly Box[];
  readonly tracks: readonly OpenTrack[];
  readonly model: string;
  readonly modelSha256: string;
}

/**
 * Follows the camera's objects through one record. An `unchanged` record shows the last boxes again, unless a skipped
 * one, a new epoch or the end came since: then nobody knows what the picture is that it is the same as.
 */
export function observe(run: CameraRun, detection: Detection, timeMs: number): Observation {
  const { lastModel: model, lastModelSha256: modelSha256, lastBoxes, tracks } = run;
  const unseen = { observed: false, boxes: [], remembered: [], model, modelSha256 };
  switch (detection.outcome) {
    case 'detected':
      return detected(run, detection, timeMs);
    case 'unchanged':
      if (run.skippedSinceDetected) return { ...unseen, outcome: 'skipped', tracks: alive(tracks, timeMs) };
      return {
        outcome: 'unchanged',
        observed: true,
        boxes: lastBoxes,
        remembered: remembered(tracks, timeMs),
        tracks: hold(tracks, timeMs),
        model,
        modelSha256,
      };
    case 'skipped':
    case 'down':
    case 'unknown': // of a newer inference: it says nothing that can be judged here
      return { ...unseen, outcome: detection.outcome, tracks: alive(tracks, timeMs) };
    case 'ended':
      return { ...unseen, outcome: 'ended', tracks: [] };
  }
}

function detected(run: CameraRun, detection: Detection, timeMs: number): Observation {
  const boxes = detection.results.flatMap(result => result.boxes);
  const first: ModelResult | undefined = detection.results[0];
  const tracked = track(run.tracks, boxes, detection, timeMs);
  return {
    outcome: 'detected',
    observed: true,
    ...tracked,
    remembered: remembered(tracked.tracks, timeMs),
    model: first?.model ?? '',
    modelSha256: first?.sha256 ?? '',
  };
}
