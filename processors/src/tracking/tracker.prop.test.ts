import type { Box, OpenTrack } from '@sightline/schemas';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Tracked, track } from './tracker.ts';

const box = fc.record({
  className: fc.constantFrom('hand', 'scooper'),
  confidence: fc.integer({ min: 5, max: 99 }).map(percent => percent / 100),
  x1Px: fc.integer({ min: 0, max: 560 }),
  y1Px: fc.integer({ min: 0, max: 300 }),
  widthPx: fc.integer({ min: 20, max: 80 }),
  heightPx: fc.integer({ min: 20, max: 60 }),
});
const boxes = fc.array(
  box.map(({ widthPx, heightPx, ...b }): Box => ({ ...b, x2Px: b.x1Px + widthPx, y2Px: b.y1Px + heightPx })),
  { maxLength: 6 },
);
const frames = fc.array(fc.record({ boxes, elapsedMs: fc.integer({ min: 1, max: 900 }) }), { maxLength: 12 });
type Frames = readonly { readonly boxes: readonly Box[]; readonly elapsedMs: number }[];

function follow(input: Frames): readonly Tracked['boxes'][] {
  let tracks: readonly OpenTrack[] = [];
  let timeMs = 0;
  return input.map((frame, sequence) => {
    timeMs += frame.elapsedMs;
    const tracked = track(tracks, frame.boxes, { cameraId: 'c1', epoch: 1, sequence }, timeMs);
    tracks = tracked.tracks;
    return tracked.boxes;
  });
}

/** The grouping of boxes by track, independent of the track ids. */
function groups(tracked: readonly Tracked['boxes'][]): string {
  const byTrack = Map.groupBy(
    tracked.flatMap((frame, sequence) =>
      frame.map(({ trackId, ...b }) => ({ trackId, b: JSON.stringify([sequence, b]) })),
    ),
    ({ trackId }) => trackId,
  );
  return JSON.stringify([...byTrack.values()].map(group => group.map(({ b }) => b).toSorted()).toSorted());
}

// The same frames give the same tracks.
test('following the same frames again gives the same ids', () => {
  fc.assert(
    fc.property(frames, input => {
      expect(follow(input)).toEqual(follow(input));
    }),
  );
});

// Two boxes of one frame never share a track.
test('no two boxes of a frame share a track', () => {
  fc.assert(
    fc.property(frames, input => {
      for (const frame of follow(input)) {
        const ids = frame.map(b => b.trackId).filter(id => id !== null);
        expect(new Set(ids).size).toBe(ids.length);
      }
    }),
  );
});

// The order of a model's boxes changes only the ids of the tracks.
test('the order of the boxes of a frame does not change which boxes belong together', () => {
  fc.assert(
    fc.property(frames, fc.infiniteStream(fc.integer({ min: 0, max: 1000 })), (input, random) => {
      const shuffled = input.map(frame => ({
        ...frame,
        boxes: frame.boxes
          .map(b => ({ b, key: random.next().value ?? 0 }))
          .toSorted((one, other) => one.key - other.key)
          .map(({ b }) => b),
      }));
      expect(groups(follow(shuffled))).toBe(groups(follow(input)));
    }),
  );
});

// One object that moves up to two of its own lengths a second, at 5 to 15 pictures a second, with noise, keeps one id.
test('a smoothly moving box keeps its id', () => {
  const path = fc.record({
    speedPxPerSecond: fc.integer({ min: 0, max: 120 }),
    angle: fc.double({ min: 0, max: 6.28, noNaN: true }),
    periodMs: fc.integer({ min: 66, max: 200 }),
    noisePx: fc.array(fc.integer({ min: -4, max: 4 }), { minLength: 40, maxLength: 40 }),
  });
  fc.assert(
    fc.property(path, ({ speedPxPerSecond, angle, periodMs, noisePx }) => {
      const input = noisePx.map((noise, i): Frames[number] => {
        const way = (speedPxPerSecond * i * periodMs) / 1000;
        const x = 1000 + Math.cos(angle) * way + noise;
        const y = 1000 + Math.sin(angle) * way - noise;
        return {
          elapsedMs: periodMs,
          boxes: [{ className: 'hand', confidence: 0.8, x1Px: x, y1Px: y, x2Px: x + 60, y2Px: y + 50 }],
        };
      });
      expect(new Set(follow(input).map(frame => frame[0]?.trackId)).size).toBe(1);
    }),
  );
});
