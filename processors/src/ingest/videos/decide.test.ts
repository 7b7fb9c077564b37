import { type Camera, type CameraStatus, topics } from '@sightline/schemas';
import { kinds } from '@sightline/schemas/control';
import { expect, test } from 'vitest';
import { shownName, videoFileOf } from '../video-file.ts';
import { cameraName, slug } from './camera-name.ts';
import { decide, type Surroundings } from './decide.ts';
import { FileNotices } from './file-notices.ts';
import { KnownFiles } from './known-files.ts';
import { changesFor } from './take-up.ts';

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
  fileBytes: 1,
  fileEpoch: 1,
  fileStartedAtMs: 1,
  loginId: null,
  onvifUrl: null,
  plan: null,
  demo: false,
});
const around = (cameras: readonly Camera[], change: Partial<Surroundings> = {}): Surroundings => ({
  cameras,
  removed: [],
  holds: () => true,
  isThere: () => false,
  isAhead: () => false,
  ...change,
});

test('a new recording becomes a camera named after the file without its extension', () => {
  expect(decide({ fileName: 'Front Counter.MP4', sha256: 'aa', sizeBytes: 1 }, around([]))).toEqual({
    kind: 'create',
    cameraId: 'front-counter',
    name: 'Front Counter',
  });
});

test('a second file of the same stem keeps its extension in its name', () => {
  const decision = decide({ fileName: 'a.mkv', sha256: 'bb', sizeBytes: 1 }, around([camera('a', 'a.mp4', 'aa')]));
  expect(decision).toEqual({ kind: 'create', cameraId: 'a-mkv', name: 'a.mkv' });
});

test('a third file whose ids are taken gets part of its hash', () => {
  const taken = [camera('a-b', 'a b.mp4', 'aa'), camera('a-b-mp4', 'a.b.mp4', 'bb')];
  const decision = decide({ fileName: 'a-b.mp4', sha256: '0123456789', sizeBytes: 1 }, around(taken));
  expect(decision).toEqual({ kind: 'create', cameraId: 'a-b-mp4-01234567', name: 'a-b.mp4' });
});

test('the same recording is the same camera: known, a copy, or a file that was renamed', () => {
  const one = camera('a', 'a.mp4', 'aa');
  expect(decide({ fileName: 'a.mp4', sha256: 'aa', sizeBytes: 1 }, around([one]))).toEqual({
    kind: 'known',
    cameraId: 'a',
  });
  expect(decide({ fileName: 'b.mp4', sha256: 'aa', sizeBytes: 1 }, around([one]))).toEqual({
    kind: 'duplicate',
    camera: one,
  });
  expect(decide({ fileName: 'b.mp4', sha256: 'aa', sizeBytes: 1 }, around([one], { holds: () => false }))).toEqual({
    kind: 'move',
    camera: one,
  });
});

test('another recording under a known file name renews its camera', () => {
  const one = camera('a', 'a.mp4', 'aa');
  expect(decide({ fileName: 'a.mp4', sha256: 'cc', sizeBytes: 1 }, around([one]))).toEqual({
    kind: 'renew',
    camera: one,
  });
});

test('a recording whose camera a person removed stays away under any file name', () => {
  const removed = [camera('a', 'a.mp4', 'aa')];
  const gone = { kind: 'removed', camera: removed[0] };
  for (const fileName of ['a.mp4', 'renamed.mp4', 'a.mkv'])
    expect(decide({ fileName, sha256: 'aa', sizeBytes: 1 }, around([], { removed }))).toEqual(gone);
});

test('another recording under the name of a removed one is a camera with an id of its own', () => {
  const removed = [camera('a', 'a.mp4', 'aa')];
  const decision = decide({ fileName: 'a.mp4', sha256: 'bb', sizeBytes: 1 }, around([], { removed }));
  expect(decision).toEqual({ kind: 'create', cameraId: 'a-mp4', name: 'a.mp4' });
});

test("a removed recording that is put in the place of another camera's file renews that camera", () => {
  const removed = [camera('a', 'a.mp4', 'aa')];
  const other = camera('b', 'b.mp4', 'bb');
  const decision = decide({ fileName: 'b.mp4', sha256: 'aa', sizeBytes: 1 }, around([other], { removed }));
  expect(decision).toEqual({ kind: 'renew', camera: other });
});

test('ids are plain for any name', () => {
  expect(['Küche 3', '../../x', '日本', 'UPPER_case'].map(slug)).toEqual(['kuche-3', 'x', 'video', 'upper-case']);
});

/** Files by name, with their SHA-256; null: not read yet. */
const folder = (files: Readonly<Record<string, string | null>>): Pick<Surroundings, 'holds' | 'isThere'> => {
  const known = new KnownFiles();
  for (const [fileName, sha256] of Object.entries(files))
    if (sha256 === null) known.unread(fileName, 1);
    else known.recording({ fileName, sha256, sizeBytes: 1 });
  return { holds: (fileName, sha256) => known.holds(fileName, sha256), isThere: sha256 => known.isThere(sha256) };
};

/** Decides for every file again and again, as the watcher does, and returns which file each camera has in the end. */
function settle(cameras: readonly Camera[], files: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  let now = cameras;
  const start = { epoch: 2, startedAtMs: 2, site: 'main', maxFps: 5 };
  for (let round = 0; round < 5; round++)
    for (const [fileName, sha256] of Object.entries(files)) {
      const decision = decide({ fileName, sha256, sizeBytes: 1 }, around(now, folder(files)));
      for (const { id, value } of changesFor(decision, { fileName, sha256, sizeBytes: 1 }, start, true))
        if (value !== null && 'fileSha256' in value) now = [...now.filter(({ cameraId }) => cameraId !== id), value];
    }
  return Object.fromEntries(now.map(({ cameraId, url, fileSha256 }) => [cameraId, `${url} ${fileSha256}`]).toSorted());
}

const [one, two, three] = [camera('a', 'a.mp4', 'aa'), camera('b', 'b.mp4', 'bb'), camera('c', 'c.mp4', 'cc')] as const;

test('recordings that exchange their names stay the same cameras, in circles of two and of three', () => {
  expect(settle([one, two], { 'a.mp4': 'bb', 'b.mp4': 'aa' })).toEqual({ a: 'videos:b.mp4 aa', b: 'videos:a.mp4 bb' });
  const turned = { a: 'videos:b.mp4 aa', b: 'videos:c.mp4 bb', c: 'videos:a.mp4 cc' };
  expect(settle([one, two, three], { 'a.mp4': 'cc', 'b.mp4': 'aa', 'c.mp4': 'bb' })).toEqual(turned);
});

test('a recording that was renamed keeps its camera when another one takes its name', () => {
  const expected = { a: 'videos:b.mp4 aa', 'a-mp4': 'videos:a.mp4 nn' };
  expect(settle([one], { 'a.mp4': 'nn', 'b.mp4': 'aa' })).toEqual(expected);
});

test('a decision waits while a file that is not read yet may hold the recording in question', () => {
  const wait = { kind: 'wait' };
  const swapped = folder({ 'a.mp4': 'bb', 'b.mp4': null });
  expect(decide({ fileName: 'a.mp4', sha256: 'bb', sizeBytes: 1 }, around([one, two], swapped))).toEqual(wait);
  const replaced = folder({ 'a.mp4': 'nn', 'b.mp4': null });
  expect(decide({ fileName: 'a.mp4', sha256: 'nn', sizeBytes: 1 }, around([one], replaced))).toEqual(wait);
});

test('a replaced recording renews its camera at once when the files still to be read have other sizes', () => {
  const known = new KnownFiles();
  known.recording({ fileName: 'a.mp4', sha256: 'aa', sizeBytes: 10 });
  known.recording({ fileName: 'a.mp4', sha256: 'nn', sizeBytes: 20 });
  known.unread('large.ts', 40_000_000_000);
  const found = { holds: () => false, isThere: (sha256: string) => known.isThere(sha256) };
  expect(decide({ fileName: 'a.mp4', sha256: 'nn', sizeBytes: 1 }, around([one], found)).kind).toBe('renew');
});

test.each([
  ' .mp4',
  'a\nb.mp4',
  '\u202e4pm.evil.mp4',
  `${'x'.repeat(230)}.mp4`,
  '\u3164.mp4',
  '100%.mp4',
  '😀'.repeat(110),
])('a file named %j becomes a camera with a name and an address that a person could have given', fileName => {
  const decision = decide({ fileName, sha256: 'a'.repeat(64), sizeBytes: 1 }, around([]));
  const start = { epoch: 2, startedAtMs: 2, site: 'main', maxFps: 5 };
  const [change] = changesFor(decision, { fileName, sha256: 'a'.repeat(64), sizeBytes: 1 }, start, true);
  const made = change?.value as Camera;
  expect(kinds.camera.validate(made)).toEqual([]);
  expect(videoFileOf(made)).toBe(fileName);
  expect(shownName(fileName)).toMatch(/^[^\n\u202e]+$/);
});

test('a camera has the name of its file on one line; a name that shows nothing is replaced', () => {
  expect(cameraName(' Back\n door\u2028 ', 'x')).toBe('Back door');
  expect(cameraName('\u3164 \u2800', 'video')).toBe('video');
});

test.each(['\u{1f600}'.repeat(150), `${'x'.repeat(198)}\u{1f600}\u{1f600}`, 'a\ufffdb', 'a\nb'])(
  'the name made of %j is one that a record can have, and so is the id of its notice',
  fileName => {
    const { serde } = kinds.camera;
    const named = { ...camera('c', 'f.mp4', 'a'.repeat(64)), name: cameraName(fileName, 'otherwise') };
    expect(serde.deserialize(serde.serialize(named))).toEqual(named);
    const told: CameraStatus[] = [];
    const publish = (_: string, status: CameraStatus | null): void => void (status && told.push(status));
    const notices = new FileNotices({ site: 'main', statuses: { all: () => [] }, now: () => 1, publish });
    notices.tell(fileName, { message: 'm', storeId: 's', sameAs: null, state: 'broken' });
    const { value } = topics.cameraStatus;
    expect(told.map(status => value.deserialize(value.serialize(status)))).toEqual(told);
  },
);

test('a recording whose epoch is ahead of a clock that was set back gets a new one, under its own name only', () => {
  const one = camera('a', 'a.mp4', 'aa');
  const ahead = around([one], { isAhead: () => true });
  expect(decide({ fileName: 'a.mp4', sha256: 'aa', sizeBytes: 1 }, ahead)).toEqual({ kind: 'renew', camera: one });
  expect(decide({ fileName: 'b.mp4', sha256: 'aa', sizeBytes: 1 }, ahead)).toEqual({ kind: 'duplicate', camera: one });
});

test('a file that begins with the recording of its camera is the same recording, in the same epoch', () => {
  const one = camera('a', 'a.ts', 'aa');
  const grown = { fileName: 'a.ts', sha256: 'cc', sizeBytes: 2, beginningSha256: 'aa' };
  const decision = decide(grown, around([one]));
  expect(decision).toEqual({ kind: 'grow', camera: one });
  const start = { epoch: 2, startedAtMs: 2, site: 'main', maxFps: 5 };
  expect(changesFor(decision, grown, start, true)).toEqual([
    { kind: 'camera', id: 'a', value: { ...one, fileSha256: 'cc', fileBytes: 2 } },
  ]);
  expect(decide({ ...grown, beginningSha256: 'bb' }, around([one])).kind).toBe('renew');
});
