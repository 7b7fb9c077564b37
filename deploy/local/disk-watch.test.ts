import { expect, test } from 'vitest';
import { watchDisk } from './disk-watch.ts';

test('a disk that runs full and one that is freed are said once each', () => {
  const said: string[] = [];
  let free = 5e9;
  const watch = watchDisk(
    '/data',
    text => said.push(text),
    () => free,
  );
  for (const bytes of [150e6, 0, 0, 900e6, 5e9]) {
    free = bytes;
    watch.look();
  }
  watch.stop();
  expect(said).toEqual([
    'disk nearly full: 150 MB free where /data lies; free some, and what stopped goes on by itself',
    'disk has space again: 900 MB free',
  ]);
});
