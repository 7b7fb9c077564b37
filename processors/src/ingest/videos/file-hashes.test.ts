import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { FileHashes } from './file-hashes.ts';

const folder = mkdtempSync(join(tmpdir(), 'sightline-hashes-'));
afterAll(() => rmSync(folder, { recursive: true }));

const LARGE_BYTES = 40 * 1024 ** 3;

test('a small file is hashed at once while a large one is being hashed, which stops when its signal says so', async () => {
  const [large, small] = [join(folder, 'large'), join(folder, 'small')];
  writeFileSync(large, 'x');
  truncateSync(large, LARGE_BYTES); // sparse
  writeFileSync(small, 'abc');
  const hashes = new FileHashes();
  const stopping = new AbortController();
  const reading = { sizeBytes: LARGE_BYTES, readBytes: 0 };
  const ofLarge = hashes.hash(large, reading, undefined, stopping.signal);
  const waiting = { sizeBytes: LARGE_BYTES + 1, readBytes: 0 };
  const ofWaiting = hashes.hash(large, waiting, undefined, stopping.signal);
  const ofSmall = await hashes.hash(small, { sizeBytes: 3, readBytes: 0 }, 2, stopping.signal);
  const [sha256, beginningSha256] = ['abc', 'ab'].map(text => createHash('sha256').update(text).digest('hex'));
  expect(ofSmall).toEqual({ sha256, beginningSha256 });
  expect(reading.readBytes).toBeLessThan(LARGE_BYTES / 2);
  expect(waiting.readBytes).toBe(0);
  stopping.abort();
  const stopped = await Promise.allSettled([ofLarge, ofWaiting]);
  expect(stopped.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
});
