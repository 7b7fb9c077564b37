import { type Box, derivedId, type FrameIdentity, MAX_PX, type OpenTrack, type TrackedBox } from '@sightline/schemas';
import { assign } from './assignment.ts';
import { unlikeness } from './likeness.ts';
import { atRest, corrected, predicted, stopped } from './motion.ts';

/** Lowest confidence that begins a track; a weaker box can only continue one. */
const BEGIN_CONFIDENCE = 0.4;
const CARRY_CONFIDENCE = 0.1;
/** Sightings that confirm a track. */
const CONFIRM_HITS = 2;
/** Camera time without a sighting after which a track ends: for a confirmed track, and for a tentative one. */
const LOST_MS = 1500;
const TENTATIVE_MS = 1000;
/** For this camera time a missed object still counts as present, at its expected place: one picture at 5 a second. */
const REMEMBER_MS = 250;
/** Tracks of a model that a camera keeps at most (CameraRun): of the unseen ones, those that were seen last. */
const MOST_TRACKS = 600;

type FollowedBox = Omit<TrackedBox, 'model' | 'points'>;

/** The frame of the boxes. */
export interface TrackedFrame extends FrameIdentity {
  /** Number of boxes that other models found in this frame before these; track ids count them too. */
  readonly firstBox?: number;
  /** Camera time that passes between two looks of the model by its rate; default 0: it looks at every picture. */
  readonly everyMs?: number;
}

/** The tracked boxes of a frame, and the tracks that may go on. */
export interface Tracked {
  readonly tracks: readonly OpenTrack[];
  /** The boxes in the order given, each with its track, tentative ones too; null: too weak to begin one. */
  readonly boxes: readonly FollowedBox[];
}

/**
 * Follows objects from one frame of a camera to the next, after ByteTrack (Zhang et al. 2022): confident boxes are
 * matched first, then weak boxes continue the remaining tracks. A box matches only tracks of its class. Time is camera
 * time, so any picture rate works. The order of `boxes` changes only the ids of new tracks.
 */
export function track(
  open: readonly OpenTrack[],
  boxes: readonly Box[],
  frame: TrackedFrame,
  capturedAtMs: number,
): Tracked {
  const trackOf = new Map<number, OpenTrack>();
  const strong = indices(boxes, box => box.confidence >= BEGIN_CONFIDENCE);
  const weak = indices(boxes, box => box.confidence < BEGIN_CONFIDENCE && box.confidence >= CARRY_CONFIDENCE);
  const left = match(alive(open, capturedAtMs, frame.everyMs).toSorted(byMotion), boxes, strong, capturedAtMs, trackOf);
  const unseen = match(left, boxes, weak, capturedAtMs, trackOf);
  for (const index of strong) {
    const box = boxes[index];
    if (box !== undefined && !trackOf.has(index)) trackOf.set(index, begun(box, index, frame, capturedAtMs));
  }
  return {
    tracks: [...trackOf.values(), ...newest(unseen, MOST_TRACKS - trackOf.size).map(lost)],
    boxes: boxes.map(({ className, confidence, x1Px, y1Px, x2Px, y2Px }, index) => ({
      ...{ className, confidence, x1Px, y1Px, x2Px, y2Px },
      trackId: trackOf.get(index)?.trackId ?? null,
    })),
  };
}

function newest(tracks: readonly OpenTrack[], most: number): readonly OpenTrack[] {
  if (tracks.length <= most) return tracks;
  return tracks.toSorted((a, b) => b.lastSeenAtMs - a.lastSeenAtMs).slice(0, Math.max(0, most));
}

/** Matches tracks with boxes of these indices. Writes the pairs to `trackOf` and returns the unmatched tracks. */
function match(
  tracks: readonly OpenTrack[],
  boxes: readonly Box[],
  candidates: readonly number[],
  capturedAtMs: number,
  trackOf: Map<number, OpenTrack>,
): readonly OpenTrack[] {
  if (tracks.length === 0 || candidates.length === 0) return tracks;
  const costs = tracks.map(known => {
    const elapsedMs = capturedAtMs - known.lastSeenAtMs;
    const expected = predicted(known.mean, elapsedMs);
    return candidates.map(index => {
      const box = boxes[index];
      return box?.className === known.className ? unlikeness(expected, box, elapsedMs) : Number.POSITIVE_INFINITY;
    });
  });
  const columnOf = assign(costs, candidates.length);
  return tracks.filter((known, row) => {
    const index = candidates[columnOf[row] ?? -1];
    const box = index === undefined ? undefined : boxes[index];
    if (index === undefined || box === undefined) return true;
    trackOf.set(index, seen(known, box, capturedAtMs));
    return false;
  });
}

/** The tracks after a picture in which nothing moved: each stays in its last place. */
export function hold(open: readonly OpenTrack[], capturedAtMs: number, everyMs = 0): readonly OpenTrack[] {
  return alive(open, capturedAtMs, everyMs).map(known =>
    known.state === 'lost' ? known : { ...counted(known), lastSeenAtMs: capturedAtMs, mean: stopped(known.mean) },
  );
}

/**
 * The tracks after a time without a picture: drops those unseen for too long. The time between two looks of the model
 * (`everyMs`) does not count.
 */
export function alive(open: readonly OpenTrack[], capturedAtMs: number, everyMs = 0): readonly OpenTrack[] {
  return open.filter(
    known => capturedAtMs - known.lastSeenAtMs <= everyMs + (known.state === 'tentative' ? TENTATIVE_MS : LOST_MS),
  );
}

/**
 * Confirmed objects missed a moment ago, each at its expected place with its last confidence. The place is cut at the
 * largest pixel that a record can have, since boxes that jump may promise one far outside.
 */
export function remembered(tracks: readonly OpenTrack[], capturedAtMs: number, everyMs = 0): readonly Box[] {
  return expectedAt(
    tracks.filter(({ state }) => state === 'lost'),
    capturedAtMs,
    everyMs,
  );
}

/** Confirmed objects of a model that passes over this picture by its rate, each at its expected place. */
export function awaited(tracks: readonly OpenTrack[], capturedAtMs: number, everyMs: number): readonly Box[] {
  if (everyMs === 0) return [];
  return expectedAt(
    tracks.filter(({ state }) => state === 'confirmed'),
    capturedAtMs,
    everyMs,
  );
}

function expectedAt(tracks: readonly OpenTrack[], capturedAtMs: number, everyMs: number): readonly Box[] {
  return tracks
    .filter(({ lastSeenAtMs }) => capturedAtMs - lastSeenAtMs <= everyMs + REMEMBER_MS)
    .map(({ className, confidence, mean, lastSeenAtMs }) => {
      const [x = 0, y = 0, width = 0, height = 0] = predicted(mean, capturedAtMs - lastSeenAtMs);
      const [x1Px, y1Px] = [inPx(x - width / 2), inPx(y - height / 2)];
      return { className, confidence, x1Px, y1Px, x2Px: inPx(x + width / 2), y2Px: inPx(y + height / 2) };
    });
}

const inPx = (px: number): number => Math.min(MAX_PX, Math.max(-MAX_PX, px));

/** The boxes to publish: with track ids of confirmed tracks only. */
export function confirmedOnly(boxes: readonly TrackedBox[], tracks: readonly OpenTrack[]): readonly TrackedBox[] {
  const confirmed = new Set(tracks.filter(known => known.state === 'confirmed').map(known => known.trackId));
  return boxes.map(box => (box.trackId === null || confirmed.has(box.trackId) ? box : { ...box, trackId: null }));
}

/** Id of the track that begins with a box of a frame. */
export const trackIdAt = (frame: TrackedFrame, box: number): string =>
  derivedId(frame.cameraId, frame.epoch, frame.sequence, (frame.firstBox ?? 0) + box);

function begun(box: Box, index: number, frame: TrackedFrame, capturedAtMs: number): OpenTrack {
  return {
    trackId: trackIdAt(frame, index),
    className: box.className,
    state: 'tentative',
    hits: 1,
    lastSeenAtMs: capturedAtMs,
    confidence: box.confidence,
    mean: atRest(box),
  };
}

function seen(known: OpenTrack, box: Box, capturedAtMs: number): OpenTrack {
  const mean = corrected(known.mean, box, capturedAtMs - known.lastSeenAtMs, known.hits);
  return { ...counted(known), lastSeenAtMs: capturedAtMs, confidence: box.confidence, mean };
}

const counted = (known: OpenTrack): OpenTrack => ({
  ...known,
  hits: known.hits + 1,
  state: known.hits + 1 >= CONFIRM_HITS ? 'confirmed' : 'tentative',
});

const lost = (known: OpenTrack): OpenTrack => (known.state === 'confirmed' ? { ...known, state: 'lost' } : known);

/** Indices of the boxes that pass `holds`, in an order that depends on the boxes only. */
function indices(boxes: readonly Box[], holds: (box: Box) => boolean): readonly number[] {
  const order = (box: Box): readonly number[] => [-box.confidence, box.x1Px, box.y1Px, box.x2Px, box.y2Px];
  return boxes
    .map((box, index) => ({ box, index, order: order(box) }))
    .filter(({ box }) => holds(box))
    .toSorted(
      (a, b) =>
        compare(a.order, b.order) ||
        Number(a.box.className > b.box.className) - Number(a.box.className < b.box.className),
    )
    .map(({ index }) => index);
}

const byMotion = (a: OpenTrack, b: OpenTrack): number => compare(a.mean, b.mean);

/** Compares two lists number by number, as words letter by letter. */
function compare(a: readonly number[], b: readonly number[]): number {
  for (const [place, value] of a.entries()) {
    const difference = value - (b[place] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
