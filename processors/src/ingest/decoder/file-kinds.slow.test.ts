import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { framesOf, playFile } from '../testing/play-file.ts';
import { writeTestClip } from '../testing/test-clip.ts';

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
