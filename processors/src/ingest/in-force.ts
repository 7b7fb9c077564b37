import type { CameraConfiguration, ControlFold } from '@sightline/schemas/control';
import { seconds } from '@sightline/schemas/duration';

/** A change takes effect at most 7 s after its write time; one further ahead is of a clock that was set back since. */
const SET_BACK_MS = seconds(10);

/** The configuration of a camera that is in force now, and whether another one will be soon. */
export interface InForce {
  readonly configuration: CameraConfiguration | undefined;
  readonly willChange: boolean;
}

/**
 * The configuration in force by the machine's clock. A change of a time when the clock was ahead is in force at once:
 * else a camera that was stopped then would film again until the clock gets there.
 */
export function inForce(
  fold: Pick<ControlFold, 'configurationAt' | 'newestConfiguration'>,
  cameraId: string,
  nowMs: number,
): InForce {
  const newest = fold.newestConfiguration(cameraId);
  const aheadMs = (newest?.effectiveAtMs ?? 0) - nowMs;
  if (aheadMs > SET_BACK_MS) return { configuration: newest, willChange: false };
  return { configuration: fold.configurationAt(cameraId, nowMs), willChange: aheadMs > 0 };
}
