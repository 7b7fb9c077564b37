import { statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { expect, test } from 'vitest';
import { diskTrouble } from './part-checks.ts';

test('a disk with little space is said with what is left', async () => {
  const { bavail, bsize } = statfsSync(tmpdir());
  expect(await diskTrouble(tmpdir(), (bavail * bsize) / 2)).toBeUndefined();
  expect(await diskTrouble(tmpdir(), bavail * bsize * 2)).toEqual({
    kind: 'away',
    message: expect.stringMatching(/^it is nearly full, \d+ MB are free: free some/),
  });
});

test('a data folder that is not there is an error', async () => {
  await expect(diskTrouble('/no/such/folder')).rejects.toThrow('ENOENT');
});
