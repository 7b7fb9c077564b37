import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { withLock } from './lock.ts';

function lockPath(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sightline-lock-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return join(folder, 'lock');
}

test('two that want the same lock work one after the other', async () => {
  const path = lockPath();
  const events: string[] = [];
  const work = (name: string) => async (): Promise<void> => {
    events.push(`${name} begins`);
    await new Promise(resolve => setTimeout(resolve, 50));
    events.push(`${name} ends`);
  };
  await Promise.all([withLock(path, work('a')), withLock(path, work('b'))]);
  expect(events).toEqual(['a begins', 'a ends', 'b begins', 'b ends']);
});

test('the lock of a process that died is taken over', async () => {
  const path = lockPath();
  writeFileSync(path, '1 1'); // pid 1 lives, but did not start at tick 1
  expect(await withLock(path, async () => 'mine')).toBe('mine');
});
