import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { DataFolder } from './folder.ts';
import { endLeftovers, leftovers } from './leftovers.ts';
import type { Program } from './program.ts';
import { Supervisor } from './supervisor.ts';

function supervise(hasSpace = () => true): {
  readonly folder: DataFolder;
  readonly supervisor: Supervisor;
  readonly events: string[];
} {
  const folder = DataFolder.make(mkdtempSync(join(tmpdir(), 'sightline-supervisor-')));
  const events: string[] = [];
  const supervisor = new Supervisor({
    folder,
    hasSpace,
    onLine: (name, line) => events.push(`${name}: ${line}`),
    onRestart: (name, reason, waitMs) => events.push(`${name} ended by ${reason}, again in ${waitMs} ms`),
  });
  onTestFinished(async () => {
    await supervisor.stop();
    rmSync(folder.path, { recursive: true, force: true });
  });
  return { folder, supervisor, events };
}

/** A program that counts as ready once its log holds `up`. */
function script(folder: DataFolder, name: string, code: string, kind: Program['kind'] = 'process'): Program {
  const answers = async (): Promise<boolean> => readFileSync(folder.log(name), 'utf8').includes('up');
  return { name, kind, argv: [process.execPath, '-e', code], answers, readyWithinMs: 5_000 };
}

const FOREVER = "console.log('up'); setInterval(() => {}, 1000)";

test('a program that dies is started again, after twice the wait the second time', async () => {
  const { folder, supervisor, events } = supervise();
  await supervisor.launch(script(folder, 'frail', "console.log('up'); setTimeout(() => process.exit(3), 50)"));
  await expect.poll(() => events.filter(line => line === 'frail: up').length, { timeout: 5_000 }).toBeGreaterThan(2);
  expect(events.filter(line => line.includes('ended')).slice(0, 2)).toEqual([
    'frail ended by code 3, again in 500 ms',
    'frail ended by code 3, again in 1000 ms',
  ]);
});

test('a part that dies while starting is an error with the end of its log', async () => {
  const { folder, supervisor } = supervise();
  const dies = script(folder, 'broken', "console.error('no such disk'); process.exit(1)", 'part');
  await expect(supervisor.launch(dies)).rejects.toThrow(/broken ended with code 1 .*no such disk/s);
});

test('a stop ends processes before parts, and kills those that do not end, with their children', async () => {
  const { folder, supervisor } = supervise();
  const deaf = "process.on('SIGTERM', () => {}); require('child_process').spawn('sleep', ['60']);";
  await supervisor.launch(script(folder, 'part', FOREVER, 'part'));
  await supervisor.launch(script(folder, 'deaf', deaf + FOREVER));
  expect(leftovers(folder.path).length).toBe(3);
  await supervisor.stop();
  expect(leftovers(folder.path)).toEqual([]);
}, 15_000);

test('processes left by a killed supervisor are found by their mark and ended', async () => {
  const { folder, supervisor } = supervise();
  await supervisor.launch(script(folder, 'orphan', FOREVER));
  expect(await endLeftovers(folder.path, 100)).toBe(1);
  expect(leftovers(folder.path)).toEqual([]);
});

test('a part that needs space is not started on a full disk, neither first nor again', async () => {
  let space = false;
  const { folder, supervisor, events } = supervise(() => space);
  const part = {
    ...script(folder, 'store', `${FOREVER}; setTimeout(() => process.exit(1), 300)`, 'part'),
    needsSpace: true,
  } as const;
  await expect(supervisor.launch(part)).rejects.toThrow(/is full: store cannot write there/);
  space = true;
  await supervisor.launch(part);
  space = false;
  await expect.poll(() => events.length).toBe(1); // it ended; a restart would come after half a second
  await new Promise(resolve => setTimeout(resolve, 1_000));
  expect(supervisor.status()[0]?.pid).toBeUndefined();
  space = true;
  await expect.poll(() => supervisor.status()[0]?.pid, { timeout: 5_000 }).toBeDefined();
}, 15_000);

test('a part that stops answering is killed and started again', async () => {
  const { folder, supervisor, events } = supervise();
  let well = true;
  const part = { ...script(folder, 'stuck', FOREVER, 'part'), answers: async () => well, readyWithinMs: 1_000 };
  await supervisor.launch(part);
  well = false;
  await expect.poll(() => events, { timeout: 10_000 }).toContain('stuck ended by SIGKILL, again in 500 ms');
}, 15_000);

test('after a stop nothing is started, and what was not ready yet is said to be stopped', async () => {
  const { folder, supervisor } = supervise();
  const never = { ...script(folder, 'slow', FOREVER), answers: async () => false };
  const starting = supervisor.launch(never);
  await Promise.all([supervisor.stop(), expect(starting).rejects.toThrow('stopped before slow was ready')]);
  await expect(supervisor.launch(script(folder, 'late', FOREVER))).rejects.toThrow('stopped before late was ready');
  expect(leftovers(folder.path)).toEqual([]);
}, 15_000);
