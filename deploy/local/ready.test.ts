import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { videosFolder } from './bring-up.ts';
import { DataFolder, root } from './folder.ts';
import { ReadyFile, readReady } from './ready.ts';
import { ensureSecrets } from './secrets.ts';
import { readSettings } from './settings.ts';
import { Supervisor } from './supervisor.ts';

function newFolder(): DataFolder {
  const folder = DataFolder.make(mkdtempSync(join(tmpdir(), 'sightline-ready-')));
  onTestFinished(() => rmSync(folder.path, { recursive: true }));
  return folder;
}

test('ready.json names the folder whose video files become cameras', () => {
  const folder = newFolder();
  const videos = videosFolder(folder, readSettings({}));
  expect(videos).toBe(folder.file('videos'));
  const addresses = {
    kafkaBrokers: '127.0.0.1:1',
    kafkaLogin: null,
    schemaRegistryUrl: 'http://127.0.0.1:2',
    schemaRegistryAuth: null,
    redisUrl: 'redis://127.0.0.1:3',
    clickHouse: { url: 'http://127.0.0.1:4', user: 'u', password: 'p', database: 'd' },
    embedded: [],
  };
  const supervisor = new Supervisor({ folder, onLine: () => {} });
  const secrets = ensureSecrets(folder.secrets);
  new ReadyFile(folder, { url: 'http://127.0.0.1:5', secrets, videos, addresses, supervisor }).write();
  expect(readReady(folder)?.videos).toBe(videos);
});

test("the watched folder is the clone's `videos` only for the clone's own data folder", () => {
  expect(videosFolder(new DataFolder(join(root, '.sightline')), readSettings({}))).toBe(join(root, 'videos'));
  expect(videosFolder(newFolder(), readSettings({ VIDEOS_DIR: '/films' }))).toBe('/films');
});

test('of two starts of one data folder at the same time, one is refused', { timeout: 60_000 }, async () => {
  const folder = newFolder();
  const script = `
    import { DataFolder } from './folder.ts';
    import { takeFolder } from './run-file.ts';
    await takeFolder(new DataFolder(process.argv[1])).then(() => console.log('owner'), error => console.log(error.code));
    process.stdin.resume();
  `;
  const starts = [0, 1].map(() =>
    spawn(process.execPath, ['--input-type=module', '-e', script, folder.path], { cwd: import.meta.dirname }),
  );
  const said = await Promise.all(starts.map(async ({ stdout }) => String((await once(stdout, 'data'))[0]).trim()));
  for (const start of starts) start.kill();
  expect(said.toSorted()).toEqual(['ALREADY_RUNNING', 'owner']);
});
