import { expect, test } from 'vitest';
import { watchDisk } from './disk-watch.ts';

test('a disk that runs full is reported once, and so is its new space', () => {
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
    'disk nearly full: 150 MB free on the disk of /data; free some space, then stopped parts start again by themselves',
    'disk has space again: 900 MB free',
  ]);
});
