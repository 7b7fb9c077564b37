import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { BlobCorruptError } from './blob-store.ts';
import { folderBlobStore } from './folder-blob-store.ts';

const key = Buffer.alloc(32, 7);
const bytes = Buffer.from('a still of a hand');

test('bytes come back by their SHA-256 and are not readable on disk', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'blobs-'));
  const blobs = folderBlobStore(folder, key);
  const sha256 = await blobs.put(bytes);
  expect(await blobs.put(bytes)).toBe(sha256);
  expect(await blobs.get(sha256)).toEqual(bytes);
  const [file] = (await readdir(folder, { recursive: true, withFileTypes: true })).filter(entry => entry.isFile());
  expect(file?.name).toBe(sha256);
  expect((await readFile(join(folder, sha256.slice(0, 2), sha256.slice(2, 4), sha256))).includes(bytes)).toBe(false);
});

test('an unknown SHA-256 is undefined; a changed file or another key throws', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'blobs-'));
  const blobs = folderBlobStore(folder, key);
  expect(await blobs.get('0'.repeat(64))).toBeUndefined();
  const sha256 = await blobs.put(bytes);
  await expect(folderBlobStore(folder, Buffer.alloc(32, 8)).get(sha256)).rejects.toThrow(BlobCorruptError);
  await writeFile(join(folder, sha256.slice(0, 2), sha256.slice(2, 4), sha256), 'x'.repeat(64));
  await expect(blobs.get(sha256)).rejects.toThrow(BlobCorruptError);
});

test('a path is never taken for a SHA-256', async () => {
  await expect(folderBlobStore(tmpdir(), key).get('../../etc/passwd')).rejects.toThrow(TypeError);
});
