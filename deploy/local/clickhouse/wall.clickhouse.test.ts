import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { root } from '../folder.ts';
import { findWall } from '../wall.ts';
import type { ReadAsWriter } from './testing/read-as-writer.ts';
import { hashPassword } from './users.ts';

/**
 * The writer's statements are not judged, so they show what a statement could read that escapes the judge. Behind the wall,
 * the engine finds only its own data: no file outside, no environment of another process, no secret in its own.
 */
const SECRET = 'the-planted-secret-77ac';
const SECRET_HEX = Buffer.from(SECRET).toString('hex').toUpperCase();
const planted = mkdtempSync(join(tmpdir(), 'sightline-wall-'));

beforeAll(() => {
  chmodSync(planted, 0o755);
  writeFileSync(join(planted, 'secret.txt'), SECRET, { mode: 0o644 });
});

afterAll(() => rmSync(planted, { recursive: true }));

/** Files that exist on the machine and that an engine without a wall could read. */
const OUTSIDE = [
  join(planted, 'secret.txt'),
  '/etc/passwd',
  '/etc/hostname',
  join(root, 'package.json'),
  join(root, '.git'),
  join(homedir(), '.bashrc'),
  `/proc/${process.pid}/environ`,
];

/** Reads as the writer of an engine that this user starts, or another one through setpriv. */
function readAs(prefix: readonly string[], path = process.env.PATH ?? ''): ReadAsWriter {
  const script = join(import.meta.dirname, 'testing/read-as-writer.ts');
  const [command = '', ...args] = [...prefix, process.execPath, script, SECRET, ...OUTSIDE];
  const said = execFileSync(command, args, { encoding: 'utf8', timeout: 120_000, env: { ...process.env, PATH: path } });
  return JSON.parse(said);
}

const asRoot = process.getuid?.() === 0;
const NOBODY = ['setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups'];
const STARTS = [['the user of this test', []], ...(asRoot ? [['an ordinary user', NOBODY] as const] : [])] as const;

describe.runIf(findWall().stands).each(STARTS)('the engine that %s started', (_, prefix) => {
  test('reads its own data and nothing else, though nobody judges the statement', { timeout: 150_000 }, () => {
    const { answers, environment, log } = readAs(prefix);
    const read = Object.entries(answers).filter(([, answer]) => /^[0-9A-F]+\n$/.test(answer));
    expect(read.map(([path]) => path.replace(/.*\/clickhouse\//, ''))).toEqual(['files/inside.txt']);
    expect(read[0]?.[1]).toBe(`${SECRET_HEX}\n`);
    expect(environment).toContain('CLICKHOUSE_HOME=');
    for (const password of ['w', 'a']) expect(environment).not.toContain(hashPassword(password));
    expect(log).toContain('bubblewrap shows the ClickHouse process only its code and its data');
  });
});

test('without bubblewrap the engine runs as before, and says how to get the wall', { timeout: 150_000 }, () => {
  const { answers, environment, log } = readAs([], dirname(process.execPath));
  expect(answers[join(planted, 'secret.txt')]).toBe(`${SECRET_HEX}\n`); // what the wall hides
  expect(environment).not.toContain(hashPassword('w'));
  expect(log).toMatch(/has no second wall: bwrap is not in PATH; fix: .*install.*bubblewrap/);
});
