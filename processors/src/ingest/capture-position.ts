import { type Camera, type CameraStatus, type Frame, MAX_AHEAD_MS } from '@sightline/schemas';

/** The last record of a camera; the next record continues from it. */
export interface CapturePosition {
  /** 0 before the first session. */
  readonly epoch: number;
  /** -1 before the first record of the epoch. */
  readonly sequence: number;
  /** 0 before the first record. */
  readonly capturedAtMs: number;
  /** True for an `ended` record: the camera needs no second one. */
  readonly ended: boolean;
  readonly widthPx: number;
  readonly heightPx: number;
  /** Slots of the epoch up to this record that have no record, by reason. */
  readonly drops: Readonly<Record<string, number>>;
}

/** Reason of drops that a process counted in its last two seconds, and told nobody. */
const PROCESS_ENDED = 'process-ended';

export const NO_POSITION: CapturePosition = {
  epoch: 0,
  sequence: -1,
  capturedAtMs: 0,
  ended: false,
  widthPx: 0,
  heightPx: 0,
  drops: {},
};

export const positionOfStatus = (status: CameraStatus): CapturePosition => ({
  epoch: status.epoch,
  sequence: status.lastSequence,
  capturedAtMs: status.lastCapturedAtMs,
  ended: status.state === 'ended',
  widthPx: 0,
  heightPx: 0,
  drops: status.drops,
});

/**
 * The position at a frame. `before`: that of an earlier record, when it is known. What lies between two records of an
 * epoch of a stream are drops.
 */
export function positionOfFrame(frame: Frame, before?: CapturePosition): CapturePosition {
  const last = before?.epoch === frame.epoch ? before : NO_POSITION;
  const missing = frame.source === 'file' ? 0 : frame.sequence - last.sequence - 1;
  return { ...recordOf(frame), drops: withDrops(last.drops, { ...(missing > 0 && { [PROCESS_ENDED]: missing }) }) };
}

/** The sum of both, by reason. */
export function withDrops(
  drops: Readonly<Record<string, number>>,
  more: Readonly<Record<string, number>>,
): Readonly<Record<string, number>> {
  const sum = Object.entries(more).map(([reason, count]) => [reason, (drops[reason] ?? 0) + count]);
  return { ...drops, ...Object.fromEntries(sum) };
}

const recordOf = (frame: Frame): Omit<CapturePosition, 'drops'> => ({
  epoch: frame.epoch,
  sequence: frame.sequence,
  capturedAtMs: frame.capturedAtMs,
  ended: frame.reason === 'ended',
  widthPx: frame.widthPx,
  heightPx: frame.heightPx,
});

/**
 * The position. One that is more than a day ahead of the clock is given up: that clock was wrong and was set right
 * since. Then a new epoch begins at the clock.
 */
export function notAhead(position: CapturePosition, nowMs: number): CapturePosition {
  if (Math.max(position.epoch, position.capturedAtMs) <= nowMs + MAX_AHEAD_MS) return position;
  return { ...position, epoch: nowMs, sequence: -1, capturedAtMs: nowMs, drops: {} };
}

/** The later of two positions of one camera. */
export function later(a: CapturePosition, b: CapturePosition): CapturePosition {
  if (a.epoch !== b.epoch) return a.epoch > b.epoch ? a : b;
  return a.sequence >= b.sequence ? a : b;
}

/**
 * A file has one epoch. Of a record in another epoch two things count: its time, since time never goes back, and
 * whether it was an end.
 */
export function filePosition(camera: Camera, last: CapturePosition | undefined): CapturePosition {
  const epoch = camera.fileEpoch ?? 0;
  if (last?.epoch === epoch) return last;
  const { capturedAtMs, ended } = last ?? NO_POSITION;
  return { ...NO_POSITION, epoch, capturedAtMs, ended };
}
