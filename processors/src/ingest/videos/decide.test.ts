import type { Camera } from '@sightline/schemas';
import { expect, test } from 'vitest';
import { slug } from './camera-name.ts';
import { decide, type Surroundings } from './decide.ts';

const camera = (cameraId: string, fileName: string, fileSha256: string): Camera => ({
  cameraId,
  storeId: 'videos',
  name: cameraId,
  site: 'main',
  source: 'file',
  url: `videos:${fileName}`,
  maxFps: 5,
  active: true,
  fileSha256,
  fileEpoch: 1,
  fileStartedAtMs: 1,
  demo: false,
});
const around = (cameras: readonly Camera[], change: Partial<Surroundings> = {}): Surroundings => ({
  cameras,
  removed: [],
  isThere: () => true,
  ...change,
});

test('a new recording becomes a camera named after the file without its extension', () => {
  expect(decide({ fileName: 'Front Counter.MP4', sha256: 'aa' }, around([]))).toEqual({
    kind: 'create',
    cameraId: 'front-counter',
    name: 'Front Counter',
  });
});

test('a second file of the same stem keeps its extension in its name', () => {
  const decision = decide({ fileName: 'a.mkv', sha256: 'bb' }, around([camera('a', 'a.mp4', 'aa')]));
  expect(decision).toEqual({ kind: 'create', cameraId: 'a-mkv', name: 'a.mkv' });
});

test('a third file whose ids are taken gets part of its hash', () => {
  const taken = [camera('a-b', 'a b.mp4', 'aa'), camera('a-b-mp4', 'a.b.mp4', 'bb')];
  const decision = decide({ fileName: 'a-b.mp4', sha256: '0123456789' }, around(taken));
  expect(decision).toEqual({ kind: 'create', cameraId: 'a-b-mp4-01234567', name: 'a-b.mp4' });
});

test('the same recording is the same camera: known, a copy, or a file that was renamed', () => {
  const one = camera('a', 'a.mp4', 'aa');
  expect(decide({ fileName: 'a.mp4', sha256: 'aa' }, around([one]))).toEqual({ kind: 'known', cameraId: 'a' });
  expect(decide({ fileName: 'b.mp4', sha256: 'aa' }, around([one]))).toEqual({ kind: 'duplicate', camera: one });
  expect(decide({ fileName: 'b.mp4', sha256: 'aa' }, around([one], { isThere: () => false }))).toEqual({
    kind: 'move',
    camera: one,
  });
});

test('another recording under a known file name renews its camera', () => {
  const one = camera('a', 'a.mp4', 'aa');
  expect(decide({ fileName: 'a.mp4', sha256: 'cc' }, around([one]))).toEqual({ kind: 'renew', camera: one });
});

test('a recording whose camera a person removed stays away under any file name', () => {
  const removed = [camera('a', 'a.mp4', 'aa')];
  const gone = { kind: 'removed', camera: removed[0] };
  for (const fileName of ['a.mp4', 'renamed.mp4', 'a.mkv'])
    expect(decide({ fileName, sha256: 'aa' }, around([], { removed }))).toEqual(gone);
});

test('another recording under the name of a removed one is a camera with an id of its own', () => {
  const removed = [camera('a', 'a.mp4', 'aa')];
  const decision = decide({ fileName: 'a.mp4', sha256: 'bb' }, around([], { removed }));
  expect(decision).toEqual({ kind: 'create', cameraId: 'a-mp4', name: 'a.mp4' });
});

test("a removed recording that is put in the place of another camera's file renews that camera", () => {
  const removed = [camera('a', 'a.mp4', 'aa')];
  const other = camera('b', 'b.mp4', 'bb');
  const decision = decide({ fileName: 'b.mp4', sha256: 'aa' }, around([other], { removed }));
  expect(decision).toEqual({ kind: 'renew', camera: other });
});

test('ids are plain for any name', () => {
  expect(['Küche 3', '../../x', '日本', 'UPPER_case'].map(slug)).toEqual(['kuche-3', 'x', 'video', 'upper-case']);
});
