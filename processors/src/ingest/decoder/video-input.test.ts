import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeTestClip } from '../testing/test-clip.ts';
import { VideoInput } from './video-input.ts';

const folder = mkdtempSync(join(tmpdir(), 'input-'));
const clip = join(folder, 'pyramid.mp4');

beforeAll(() => writeTestClip({ path: clip, seconds: 3, bPyramid: true }));
afterAll(() => rmSync(folder, { recursive: true }));

/** A hash of the pixels of every frame, by its presentation time. */
async function pixelsOf(sparse: boolean): Promise<ReadonlyMap<number, string>> {
  const input = await VideoInput.open(clip, { sparse, signal: new AbortController().signal });
  const pixels = new Map<number, string>();
  for (let decoded = await input.next(); decoded !== undefined; decoded = await input.next())
    pixels.set(Math.round(decoded.mediaTimeMs), createHash('sha256').update(decoded.frame.toBuffer()).digest('hex'));
  await input.close();
  return pixels;
}

test('a frame that others refer to is never left out: every picture of a sparse reading is the true one', async () => {
  const [whole, sparse] = [await pixelsOf(false), await pixelsOf(true)];
  expect(sparse.size).toBeGreaterThan(5);
  expect(sparse.size).toBeLessThan(whole.size);
  for (const [timeMs, hash] of sparse) expect([timeMs, hash]).toEqual([timeMs, whole.get(timeMs)]);
});
