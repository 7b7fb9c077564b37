import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { broker } from './broker.ts';
import { DataFolder } from './folder.ts';

const made: string[] = [];
afterEach(() => {
  for (const path of made.splice(0)) rmSync(path, { recursive: true });
});

/** A data folder with a formatted Kafka storage. Without `release` the storage does not say which release formatted it. */
function formatted(release?: string): DataFolder {
  const path = mkdtempSync(join(tmpdir(), 'sightline-test-'));
  made.push(path);
  const folder = DataFolder.make(path);
  writeFileSync(join(folder.folder('kafka/log'), 'meta.properties'), '');
  if (release !== undefined) writeFileSync(folder.file('kafka', 'release'), release);
  return folder;
}

const open = (folder: DataFolder) => broker({ folder, parts: '', port: 1, controllerPort: 2 });

test.each([undefined, '4.3', '4.10'])(
  'a storage that a newer Kafka wrote (%s) is not opened, and the error says what to do',
  release => {
    const folder = formatted(release);
    expect(() => open(folder)).toThrow(
      expect.objectContaining({ code: 'NOT_READY', fix: expect.stringContaining('move that folder away') }),
    );
  },
);

test.each(['4.1', '4.2'])('a storage that this or an older Kafka wrote (%s) is opened', release => {
  expect(open(formatted(release)).name).toBe('kafka');
});
