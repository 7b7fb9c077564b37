import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { javaMajor, openFilesLimit } from './machine.mjs';

test('the major version of Java is read from the output of old and new versions', () => {
  expect(javaMajor('openjdk version "17.0.15" 2025-04-15')).toBe(17);
  expect(javaMajor('java version "1.8.0_402"')).toBe(8);
  expect(javaMajor('openjdk version "21" 2023-09-19')).toBe(21);
  expect(javaMajor('command not found')).toBeUndefined();
});

test('the hard limit of open files is read from what Linux says of a process', () => {
  expect(openFilesLimit('Max open files            1024                 4096                 files')).toBe(4096);
  expect(openFilesLimit('Max open files            256                  unlimited            files')).toBe(Infinity);
  expect(openFilesLimit('')).toBeUndefined();
});

test('a start with few open files says which limit to raise before it starts anything', { timeout: 60_000 }, () => {
  const bootstrap = join(import.meta.dirname, 'bootstrap.mjs');
  const start = `ulimit -n 256; exec "$0" "$1" start --port 0`;
  const run = (): string =>
    execFileSync('bash', ['-c', start, process.execPath, bootstrap], { encoding: 'utf8', stdio: 'pipe' });
  expect(run).toThrow(/Open files: at most 256 \(needed: 2048\).*raise the limit of open files/s);
});
