import { mkdtempSync, readFileSync, rmSync, symlinkSync, unlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { LogFile } from './log-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'sightline-log-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('a full disk loses lines and nothing else; the log says how many once there is space', () => {
  const path = join(folder, 'full.log');
  symlinkSync('/dev/full', path); // every write to it is ENOSPC
  const log = new LogFile(path);
  log.write('one');
  log.write('two');
  expect(log.lost).toBe(2);
  log.close();

  const again = new LogFile(join(folder, 'missing', 'x.log')); // a file that cannot be opened
  again.write('three');
  expect(again.lost).toBe(1);
  again.close();
});

test('a log whose disk has space again begins with the number of lines it lost', () => {
  const path = join(folder, 'freed.log');
  symlinkSync(join(folder, 'not-yet', 'freed.log'), path);
  const log = new LogFile(path);
  log.write('lost');
  unlinkSync(path);
  log.write('kept');
  log.close();
  expect(readFileSync(path, 'utf8')).toBe('lines lost because they could not be written: 1\nkept\n');
});
