import type { Track } from '@sightline/schemas';
import { expect, test } from 'vitest';
import { JudgedPictures } from './judged-pictures.ts';

type Frame = readonly [epoch: number, sequence: number];

const trackOf = (cameraId: string, [epoch, sequence]: Frame): Track => ({
  ...{ cameraId, storeId: 'store-1', epoch, sequence, capturedAtMs: 0, mediaTimeMs: null, widthPx: 640, heightPx: 360 },
  ...{ outcome: 'detected', models: [], boxes: [], remembered: [] },
});

/** Joins pictures of `cam-1`; `sent` says in order what went out: the frame, and of which frame its track is. */
function joining() {
  const sent: string[] = [];
  const judged = new JudgedPictures((cameraId, { header }, track) => {
    const frame = `${cameraId} ${header.epoch}/${header.sequence}`;
    sent.push(track === undefined ? `${frame} not judged` : `${frame} judged by ${track.epoch}/${track.sequence}`);
  });
  judged.watch('cam-1');
  return {
    judged,
    sent,
    picture: ([epoch, sequence]: Frame, nowMs: number, bytes = 10, cameraId = 'cam-1') =>
      judged.takePicture(cameraId, { header: { epoch, sequence }, jpeg: Buffer.alloc(bytes) }, nowMs),
    track: (frame: Frame, cameraId = 'cam-1') => judged.takeTrack(trackOf(cameraId, frame)),
  };
}

test('a picture waits for the track of its own frame and is sent with it', () => {
  const { judged, sent, picture, track } = joining();
  picture([7, 1], 0);
  judged.expire(149);
  expect(sent).toEqual([]);
  track([7, 1]);
  expect(sent).toEqual(['cam-1 7/1 judged by 7/1']);
  expect(judged.waitingBytes).toBe(0);
});

test('a track that came before its picture is kept for it', () => {
  const { sent, picture, track } = joining();
  track([7, 1]);
  picture([7, 1], 0);
  expect(sent).toEqual(['cam-1 7/1 judged by 7/1']);
});

test('a picture without a track is sent after 150 ms as not judged, and a late track changes no other picture', () => {
  const { judged, sent, picture, track } = joining();
  picture([7, 1], 0);
  picture([7, 2], 100);
  expect(judged.nextDueAtMs).toBe(150);
  judged.expire(150);
  expect(sent).toEqual(['cam-1 7/1 not judged']);
  track([7, 1]);
  expect(sent).toHaveLength(1);
  expect(judged.nextDueAtMs).toBe(250);
  track([7, 2]);
  expect(sent.at(-1)).toBe('cam-1 7/2 judged by 7/2');
  expect(judged.nextDueAtMs).toBeUndefined();
});

test('pictures keep their order: one without a track is sent before the next judged one', () => {
  const { sent, picture, track } = joining();
  for (const sequence of [1, 2, 3]) picture([7, sequence], 0);
  track([7, 2]); // tracks come in order, so none comes for the first
  expect(sent).toEqual(['cam-1 7/1 not judged', 'cam-1 7/2 judged by 7/2']);
  track([7, 3]);
  expect(sent.at(-1)).toBe('cam-1 7/3 judged by 7/3');
});

test('a track of another epoch or camera does not belong to the picture', () => {
  const { judged, sent, picture, track } = joining();
  judged.watch('cam-2');
  picture([8, 1], 0);
  track([7, 1]);
  track([8, 1], 'cam-2');
  expect(sent).toEqual([]);
  judged.expire(150);
  expect(sent).toEqual(['cam-1 8/1 not judged']);
});

test('at most eight pictures and sixteen tracks of a camera wait', () => {
  const { sent, picture, track } = joining();
  for (let sequence = 1; sequence <= 10; sequence++) picture([7, sequence], 0);
  expect(sent).toEqual(['cam-1 7/1 not judged', 'cam-1 7/2 not judged']);
  for (let sequence = 101; sequence <= 117; sequence++) track([7, sequence]);
  picture([7, 102], 0);
  expect(sent.at(-1)).toBe('cam-1 7/102 judged by 7/102');
  picture([7, 101], 0); // the oldest of seventeen tracks is forgotten
  expect(sent.at(-1)).toBe('cam-1 7/102 judged by 7/102');
});

test('at most 64 MiB of pictures wait over all cameras; beyond that they are sent as not judged', () => {
  const { judged, sent, picture } = joining();
  const bytes = 12 * 1024 * 1024;
  for (let camera = 1; camera <= 6; camera++) {
    judged.watch(`cam-${camera}`);
    picture([7, 1], 0, bytes, `cam-${camera}`);
  }
  expect(sent).toEqual(['cam-6 7/1 not judged']);
  expect(judged.waitingBytes).toBe(5 * bytes);
  judged.leave('cam-1');
  expect(judged.waitingBytes).toBe(4 * bytes);
});

test('nothing is kept of an unwatched camera', () => {
  const { judged, sent, picture, track } = joining();
  picture([7, 1], 0);
  judged.leave('cam-1');
  track([7, 1]);
  picture([7, 2], 0);
  judged.expire(1_000);
  expect(sent).toEqual([]);
  expect([judged.watches('cam-1'), judged.waitingBytes, judged.nextDueAtMs]).toEqual([false, 0, undefined]);
});
