import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { filesIn, Settling } from './folder-scan.ts';

const file = (sizeBytes: number, changedAtMs = 1, inode = 1) => ({ fileName: 'a.mp4', sizeBytes, changedAtMs, inode });

test('a file that still grows is left alone until it has stood still for a second', () => {
  const settling = new Settling(1_000);
  expect(settling.scan([file(10)], 0)).toEqual({ settled: [], changed: [file(10)], gone: [] });
  expect(settling.scan([file(20)], 900).settled).toEqual([]);
  expect(settling.scan([file(20)], 1_800).settled).toEqual([]);
  expect(settling.scan([file(20)], 1_900).settled).toEqual([file(20)]);
});

test('a settled file is reported once, again when it changes, and also when it is gone', () => {
  const settling = new Settling(1_000);
  settling.scan([file(10)], 0);
  expect(settling.scan([file(10)], 1_000).settled).toHaveLength(1);
  expect(settling.scan([file(10)], 9_000).settled).toEqual([]);
  settling.scan([file(10, 2)], 10_000);
  expect(settling.scan([file(10, 2)], 11_000).settled).toEqual([file(10, 2)]);
  expect(settling.scan([], 12_000).gone).toEqual(['a.mp4']);
});

test('a file that is asked for again comes once more; one that is gone meanwhile is reported as gone', () => {
  const settling = new Settling(1_000);
  settling.scan([file(10)], 0);
  settling.scan([file(10)], 1_000);
  settling.again(file(10));
  expect(settling.scan([file(10)], 2_000)).toEqual({ settled: [], changed: [file(10)], gone: [] });
  expect(settling.scan([file(10)], 3_000).settled).toEqual([file(10)]);
  expect(settling.scan([file(10)], 4_000)).toEqual({ settled: [], changed: [], gone: [] });
  settling.again(file(10));
  expect(settling.scan([], 5_000).gone).toEqual(['a.mp4']);
});

test('a file that takes the name of another one of the same size and time is a change', () => {
  const settling = new Settling(1_000);
  settling.scan([file(10)], 0);
  settling.scan([file(10)], 1_000);
  expect(settling.scan([file(10, 1, 2)], 2_000).changed).toEqual([file(10, 1, 2)]);
});

test('what cannot be read as a file says why: a name that is not UTF-8, a link to nothing, a pipe, a folder', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sightline-entries-'));
  writeFileSync(Buffer.concat([Buffer.from(`${folder}/K`), Buffer.from([0xfc]), Buffer.from('che.mp4')]), 'x');
  symlinkSync('nowhere.mp4', join(folder, 'link.mp4'));
  execFileSync('mkfifo', [join(folder, 'pipe.mp4')]);
  mkdirSync(join(folder, 'more.mp4'));
  writeFileSync(join(folder, 'a.mp4'), 'x');
  const found = await filesIn(folder);
  expect(Object.fromEntries(found.map(({ fileName, trouble }) => [fileName, trouble]))).toEqual({
    'K\\xFCche.mp4': 'has a name that is not UTF-8: rename it',
    'link.mp4': 'is a link to nothing (ENOENT): place the file itself',
    'pipe.mp4': 'is no file: place a recording',
    'more.mp4': 'is a folder: place its files here',
    'a.mp4': undefined,
  });
  rmSync(folder, { recursive: true });
});
