import { type Box, MAX_PX, type OpenTrack } from '@sightline/schemas';
import { expect, test } from 'vitest';
import { hold, remembered, track } from './tracker.ts';

const box = (x: number, y = 100, confidence = 0.9, className = 'hand'): Box => ({
  className,
  confidence,
  x1Px: x,
  y1Px: y,
  x2Px: x + 60,
  y2Px: y + 60,
});
const frame = (sequence: number) => ({ cameraId: 'c1', epoch: 1, sequence });

/** Follows frames of boxes, `periodMs` apart. Names the tracks a, b, c in the order in which they begin. */
function follow(frames: readonly (readonly Box[])[], periodMs = 200): string[] {
  let tracks: readonly OpenTrack[] = [];
  const names = new Map<string | null, string>([[null, '-']]);
  return frames.map((boxes, sequence) => {
    const tracked = track(tracks, boxes, frame(sequence), sequence * periodMs);
    tracks = tracked.tracks;
    return tracked.boxes
      .map(({ trackId }) => {
        const name = names.get(trackId) ?? 'abcdefgh'[names.size - 1] ?? '?';
        names.set(trackId, name);
        return name;
      })
      .join('');
  });
}

test('a hand that moves its own width between frames, five a second, stays one track', () => {
  expect(follow([0, 65, 130, 195, 260].map(x => [box(x)]))).toEqual(['a', 'a', 'a', 'a', 'a']);
});

test('a fast hand that turns round stays one track', () => {
  expect(follow([0, 70, 140, 120, 50, 0].map(x => [box(x)])).join('')).toBe('aaaaaa');
});

test('two hands side by side keep their tracks in any order', () => {
  expect(
    follow([
      [box(0), box(90)],
      [box(100), box(10)],
      [box(20), box(110)],
    ]),
  ).toEqual(['ab', 'ba', 'ab']);
});

test('a weak box carries a track on but never begins one', () => {
  expect(follow([[box(0)], [box(5, 100, 0.2), box(400, 100, 0.2)], [box(10)]])).toEqual(['a', 'a-', 'a']);
});

test('a box of another class is another track', () => {
  expect(follow([[box(0)], [box(0, 100, 0.9, 'scooper')], [box(0)]])).toEqual(['a', 'b', 'a']);
});

test('a hand that was hidden for a second is the same track, after two seconds a new one', () => {
  expect(follow([[box(0)], [box(5)], [], [], [], [], [box(10)]]).join('')).toBe('aaa');
  expect(follow([[box(0)], [box(5)], ...Array<Box[]>(10).fill([]), [box(10)]]).join('')).toBe('aab');
});

test('a track is tentative at first sight, confirmed at the second, lost when missed', () => {
  const first = track([], [box(0)], frame(0), 0).tracks;
  const second = track(first, [box(5)], frame(1), 200).tracks;
  const third = track(second, [], frame(2), 400).tracks;
  expect([first, second, third].map(tracks => tracks.map(known => known.state))).toEqual([
    ['tentative'],
    ['confirmed'],
    ['lost'],
  ]);
});

test('someone who stands still in unchanged pictures keeps the track', () => {
  let { tracks } = track([], [box(0)], frame(0), 0);
  for (let timeMs = 1000; timeMs <= 60_000; timeMs += 1000) tracks = hold(tracks, timeMs);
  const trackId = tracks[0]?.trackId;
  expect(track(tracks, [box(3)], frame(1), 61_000).boxes[0]?.trackId).toBe(trackId);
});

test('the expected place of a missed object is cut at the largest pixel of a record', () => {
  const seen: OpenTrack = {
    ...{ trackId: 't', className: 'hand', state: 'lost', hits: 3, lastSeenAtMs: 0, confidence: 0.9 },
    mean: [MAX_PX, -MAX_PX, 10, 10, 1e9, -1e9],
  };
  const corners = { x1Px: MAX_PX, y1Px: -MAX_PX, x2Px: MAX_PX, y2Px: -MAX_PX };
  expect(remembered([seen], 200)).toEqual([{ className: 'hand', confidence: 0.9, ...corners }]);
});

test('boxes that jump in every frame leave no more tracks than a camera may keep, the newest ones', () => {
  let tracks: readonly OpenTrack[] = [];
  for (let sequence = 0; sequence < 10; sequence++) {
    const far = Array.from({ length: 300 }, (_, i) => box((i % 20) * 1_000 + sequence * 100_000, i * 1_000));
    tracks = track(tracks, far, frame(sequence), 1_000 + sequence).tracks;
  }
  expect(tracks.length).toBe(600);
  expect(new Set(tracks.map(({ lastSeenAtMs }) => lastSeenAtMs))).toEqual(new Set([1_009, 1_008]));
});

// O(max^3) of the padded square took minutes for 2,400 boxes on two tracks.
test.each([
  [2, 2_400],
  [300, 300],
])('%d tracks that overlap %d boxes are matched at once', (before, now) => {
  const pile = (count: number): readonly Box[] =>
    Array.from({ length: count }, (_, i) => box((i * 7) % 60, (i * 13) % 50, 0.9));
  const { tracks } = track([], pile(before), frame(0), 1_000);
  const startedMs = performance.now();
  expect(track(tracks, pile(now), frame(1), 1_200).tracks.length).toBe(Math.max(before, now));
  expect(performance.now() - startedMs).toBeLessThan(2_000);
});
