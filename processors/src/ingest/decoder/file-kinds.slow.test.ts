import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { framesOf, playFile } from '../testing/play-file.ts';
import { writeTestClip } from '../testing/test-clip.ts';
import { writeSound } from '../testing/test-sound.ts';
import { probe } from './probe.ts';

const folder = await mkdtemp(join(tmpdir(), 'kinds-'));
const file = (name: string): string => join(folder, name);

const sizesOf = async (path: string) => [
  ...new Set(framesOf(await playFile(path)).map(({ widthPx, heightPx }) => `${widthPx} x ${heightPx}`)),
];

/** Writes an mp4 whose track is shown turned to the right, as phones do. */
async function writeTurned(path: string): Promise<void> {
  await writeTestClip({ path, seconds: 1 });
  const bytes = await readFile(path);
  const matrix = bytes.indexOf('tkhd') + 4 + 40; // of version 0
  for (const [at, value] of [0, 1, 0, -1, 0].entries()) bytes.writeInt32BE(value * 65_536, matrix + 4 * at);
  await writeFile(path, bytes);
}

test('a phone video that is stored on its side is upright', async () => {
  await writeTurned(file('turned.mp4'));
  expect(await sizesOf(file('turned.mp4'))).toEqual(['180 x 320']);
});

test.each(['mp4', 'mkv', 'webm'])('pixels that only a .%s tells to be oblong are', async extension => {
  const codec = extension === 'webm' ? 'vp8' : 'h264';
  await writeTestClip({ path: file(`oblong.${extension}`), seconds: 1, codec, pixelShape: 2 });
  expect(await sizesOf(file(`oblong.${extension}`))).toEqual(['640 x 180']);
});

test('pictures whose size changes midway keep their numbers, times and shapes', async () => {
  await writeTestClip({ path: file('small.ts'), seconds: 2 });
  await writeTestClip({ path: file('large.ts'), seconds: 2, sizeWh: [480, 360] });
  await writeFile(
    file('sizes.ts'),
    Buffer.concat(await Promise.all(['small.ts', 'large.ts'].map(name => readFile(file(name))))),
  );
  expect(await sizesOf(file('sizes.ts'))).toEqual(['320 x 180', '480 x 360']);
  const frames = framesOf(await playFile(file('sizes.ts')));
  expect(frames.map(({ frameNumber }) => frameNumber)).toEqual(Array.from({ length: 20 }, (_, index) => index * 3));
  expect(frames.map(({ mediaTimeMs }) => Math.round(mediaTimeMs / 10) * 10)).toEqual(
    Array.from({ length: 20 }, (_, index) => index * 200),
  );
});

/** The part of a recording up to `share` of its bytes. */
async function cutOff(name: string, whole: string, share: number): Promise<string> {
  const bytes = await readFile(file(whole));
  await writeFile(file(name), bytes.subarray(0, Math.floor(bytes.length * share)));
  return file(name);
}

test.each(['mp4', 'mkv', 'avi', 'webm'])(
  'a .%s that is cut off gives its frames, and says that it breaks off',
  async extension => {
    const codec = ({ avi: 'mpeg4', webm: 'vp8' } as const)[extension] ?? 'h264';
    const settings = extension === 'mp4' ? { faststart: true } : {};
    await writeTestClip({
      path: file(`long.${extension}`),
      seconds: 6,
      noise: extension !== 'webm',
      codec,
      ...settings,
    });
    expect((await playFile(file(`long.${extension}`))).at(-1)).toMatchObject({ kind: 'finished', frames: 90 });
    const messages = await playFile(await cutOff(`cut.${extension}`, `long.${extension}`, 0.6));
    expect(framesOf(messages).length).toBeGreaterThan(5);
    expect(messages.at(-1)).toMatchObject({
      kind: 'failed',
      opened: true,
      message: expect.stringMatching(/^\d\.\d+ of \d\.\d+ MB are there: copy it again$/),
    });
  },
);

test('an mp4 whose index at its end is missing says so', async () => {
  await writeTestClip({ path: file('index.mp4'), seconds: 2 });
  expect(await probe(await cutOff('no-index.mp4', 'index.mp4', 0.5))).toMatch(
    /^its index is missing, .*: copy it again/,
  );
});

test.each(['audio', 'cover'] as const)('a file with only %s has no video, and says so', async kind => {
  await writeSound(file(`${kind}.mp4`), kind === 'cover');
  const failure = await probe(file(`${kind}.mp4`));
  expect(failure).toContain(kind === 'cover' ? 'only a cover picture' : 'only sound or text');
  expect(await playFile(file(`${kind}.mp4`))).toMatchObject([{ kind: 'failed', opened: false, message: failure }]);
});

test('a picture that is named like a video says that it is none', async () => {
  await writeTestClip({ path: file('picture.avi'), seconds: 1, codec: 'mjpeg' });
  const bytes = await readFile(file('picture.avi'));
  await writeFile(file('picture.mp4'), bytes.subarray(bytes.indexOf(Buffer.from([0xff, 0xd8, 0xff]))));
  expect(await probe(file('picture.mp4'))).toMatch(/no video that can be read, whatever its name says/);
});

test('a recording that may still grow ends when it did not change for 30 s, and says so before; a whole one at once', async () => {
  const writtenAt = new Date(Date.now() - 27_000);
  const signal = new AbortController().signal;
  for (const [name, waits] of [
    ['new.ts', true],
    ['new.mp4', false],
  ] as const) {
    await writeTestClip({ path: file(name), seconds: 1 });
    const startedMs = performance.now();
    const messages = await playFile(file(name), {}, signal, writtenAt);
    expect(performance.now() - startedMs > 1_000).toBe(waits);
    expect(messages.flatMap(message => (message.kind === 'trouble' ? [message.trouble] : []))).toEqual(
      waits ? ['it may still grow: it ends when nothing was added to it for 30 s'] : [],
    );
    expect(messages.at(-1)).toMatchObject({ kind: 'finished', frames: 15 });
  }
});
