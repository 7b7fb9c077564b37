import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BREAKAGES, IDLE_BREAKAGES } from '@sightline/processors/runtime/simulator';
import { afterAll, expect, test } from 'vitest';
import { proposedLayouts } from '../../models/src/onnx/recognised.ts';
import { ALL_SCENARIOS } from '../../topologies/src/testing/simulator/scenarios.ts';
import { optionsOf, readArguments } from './arguments.mjs';
import { COMMANDS, findScript } from './commands.mjs';
import { DataFolder, root } from './folder.ts';
import { wrongSettings } from './settings-check.mjs';
import { SUITES } from './suites.ts';

const scratch = mkdtempSync(join(tmpdir(), 'sightline-command-line-'));
afterAll(() => rmSync(scratch, { recursive: true }));

/** A clone as git leaves it: nothing is installed there. */
const clone = join(scratch, 'clone');
for (const path of ['deploy/local', 'deploy/trials', 'models/training', 'models/scripts'])
  cpSync(join(root, path), join(clone, path), { recursive: true });

/** For tests that run the whole command. */
const SLOW = { timeout: 60_000 };

interface Said {
  readonly code: number | null;
  readonly text: string;
}

function run(args: readonly string[], { at = clone, env = {} }: { at?: string; env?: NodeJS.ProcessEnv } = {}): Said {
  const { PATH, HOME } = process.env;
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(at, 'deploy/local/bootstrap.mjs'), ...args], {
    encoding: 'utf8',
    env: { PATH, HOME, ...env },
    timeout: 60_000,
  });
  return { code: status, text: `${stdout}${stderr}` };
}

const SCRIPTS = Object.entries(COMMANDS).flatMap(([name, { members }]) =>
  members === undefined ? [[name]] : Object.keys(members).map(member => [name, member]),
);

test.each([
  ['start --port abc', /--port needs a number from 0 to 65535, not abc/],
  ['start --port 99999', /--port needs a number from 0 to 65535, not 99999/],
  ['start --port -1', /--port needs a number from 0 to 65535, not -1/],
  ['start --port', /--port needs a number/],
  ['start --prot 9', /unknown option --prot; there are --data, --port/],
  ['start -p 9', /unknown option -p/],
  ['start --demo=yes', /--demo takes no value/],
  ['start --data --port', /--data needs the path of a folder, not --port/],
  ['start 9', /unexpected word: 9; options go after `--`/],
  ['stop --bogus', /unknown option --bogus; there are --data/],
  ['doctor --bogus', /unknown option --bogus/],
  ['test --suite unit,fast', /--suite needs some of unit, .* not fast/],
  ['check --fast', /unknown option --fast; there are none/],
  ['bench', /bench needs a name first; there are engine, /],
  ['bench motor', /bench has no motor; there are engine, /],
  ['bench engine --fully', /unknown option --fully; there are --full, --json/],
  ['eval conformance --client theirs', /--client needs some of ours, /],
  ['chaos sink --seed one', /--seed needs a whole number, not one/],
  ['chaos simulator --breakage none', /--breakage needs one of no transaction, /],
  ['model check', /needs the path of a file/],
  ['model check a.onnx b.onnx', /unexpected word: b.onnx/],
  ['model check a.onnx --layout yolo', /--layout needs one of ultralytics-detect, /],
  ['train --minutes long', /--minutes needs a whole number, not long/],
])('`%s` is refused with the option and what it takes', (line, message) => {
  const [name = '', ...args] = line.split(' ');
  const read = (): unknown => readArguments({ ...findScript(name, args, root), env: {} });
  expect(read).toThrow(message);
  expect(read).toThrow(expect.objectContaining({ exitCode: 2, fix: expect.stringContaining('--help') }));
});

test(
  'a wrong option, command or setting ends with code 2, a message and no stack, before anything is installed',
  SLOW,
  () => {
    for (const [args, env] of [
      [['start', '--port', 'abc'], {}],
      [['strat'], {}],
      [['start'], { REDIS_URL: 'http://:secret@localhost' }],
    ] as const) {
      const { code, text } = run(args, { env });
      expect([code, text]).toEqual([2, expect.stringMatching(/^\nError: .*\nFix: .*\n$/s)]);
      expect(text).not.toMatch(/^ +at |secret/m);
    }
    expect(existsSync(join(clone, '.sightline'))).toBe(false);
  },
);

test('an option that npm took for itself is refused with the `--` that was forgotten', () => {
  const read = (): unknown => readArguments({ ...findScript('start', [], root), env: { npm_config_data: '/tmp/x' } });
  expect(read).toThrow('npm took --data for itself: put `--` before the options');
});

test('help needs no install', SLOW, () => {
  for (const words of [['--help'], ['start', '--help'], ['bench', '--help'], ['chaos', 'disk', '--help']])
    expect(run(words)).toEqual({ code: 0, text: expect.stringMatching(/^(Usage: )?npm /) });
});

test('every command, benchmark and trial has a help that begins with the command', () => {
  for (const [name = '', ...member] of SCRIPTS) {
    const found = findScript(name, [...member, '--help'], root);
    expect(readArguments(found).asksHelp).toBe(true);
    expect(found.help).toMatch(/^npm (run )?\w+/);
  }
});

test('a help names exactly the options that its script reads, in lines of at most 130 characters', () => {
  for (const [name = '', ...member] of SCRIPTS) {
    const { path = '', help } = findScript(name, member, root);
    const source = path.endsWith('/conformance.ts') ? 'processors/peers/table.ts' : path;
    const text = readFileSync(join(root, source), 'utf8');
    const declared = [...text.matchAll(/(\w+): \{ type: '(?:string|boolean)'/g)].map(([, option]) => option ?? '');
    const read = text.includes('figureOptions()') ? ['full', 'json'] : declared;
    const listed = [...optionsOf(help).keys()].map(option => option.replace(/^no-/, ''));
    expect([path, [...new Set(listed)].sort()]).toEqual([path, read.toSorted()]);
    const long = help.split('\n').filter(line => line.length > 130 && !/^[A-Z]+ is one of/.test(line));
    expect([path, long]).toEqual([path, []]);
  }
});

test('the names that a help allows are those that exist', () => {
  const allowed = (words: readonly string[], option: string): unknown => {
    const [name = '', ...member] = words;
    return optionsOf(findScript(name, member, root).help).get(option)?.allowed;
  };
  expect(allowed(['test'], 'suite')).toEqual(SUITES.map(({ name }) => name));
  expect(allowed(['chaos', 'simulator'], 'scenario')).toEqual(ALL_SCENARIOS.map(({ name }) => name));
  expect(allowed(['model', 'check'], 'layout')).toEqual(proposedLayouts);
  expect(allowed(['chaos', 'simulator'], 'breakage')).toEqual([...BREAKAGES, ...IDLE_BREAKAGES]);
});

test.each([
  ['KAFKA_BROKERS', 'nonsense', 'host:port'],
  ['KAFKA_BROKERS', 'kafka-1:9092,kafka-2:99999', 'host:port'],
  ['CLICKHOUSE_URL', 'foo', 'a URL that begins with http://'],
  ['SCHEMA_REGISTRY_URL', 'localhost:8081', 'a URL that begins with http://'],
  ['REDIS_URL', 'http://:secret@localhost', 'a URL that begins with redis://'],
  ['KAFKA_SSL', 'yes', 'one of true, false'],
  ['LOG_LEVEL', 'loud', 'one of debug'],
  ['VIDEOS_DIR', '/nowhere/videos', 'a folder that exists'],
  ['MODEL_CARD', '/nowhere/card.json', 'the path of a file that can be read'],
  ['TRUSTED_PROXIES', '10.0.0.0/99', 'addresses or ranges'],
  ['GATEWAY_MEMORY_DAYS', 'many', 'a number from 0.01 to 90'],
])('%s=%s is refused by name', (name, value, wanted) => {
  expect(wrongSettings({ [name]: value })).toEqual([expect.stringContaining(`${name} must be ${wanted}`)]);
});

test('right settings pass, and an empty one counts as not set', () => {
  const right = {
    KAFKA_BROKERS: 'kafka-1:9092, [::1]:9093',
    CLICKHOUSE_URL: 'https://clickhouse.example:8443',
    REDIS_URL: 'rediss://:secret@redis',
    TRUSTED_PROXIES: '10.0.0.0/8,::1',
    VIDEOS_DIR: scratch,
    GATEWAY_MEMORY_DAYS: '0.5',
    LOG_LEVEL: '',
  };
  expect(wrongSettings(right)).toEqual([]);
});

test('a data folder that is a file, or lies in /proc, is refused with a fix', () => {
  const file = join(scratch, 'file');
  writeFileSync(file, '');
  for (const path of [file, join(file, 'below'), '/proc/foo'])
    expect(() => DataFolder.make(path)).toThrow(
      expect.objectContaining({
        message: expect.stringContaining('cannot use '),
        fix: expect.stringContaining('--data DIR'),
      }),
    );
});

test('doctor shows a wrong setting and folder as FAIL, and creates nothing, before and after an install', SLOW, () => {
  for (const at of [clone, root]) {
    const { code, text } = run(['doctor', '--data', '/proc/foo'], { at, env: { CLICKHOUSE_URL: 'foo' } });
    expect(code).toBe(1);
    expect(text).toMatch(/FAIL +settings +CLICKHOUSE_URL must be a URL/);
    expect(text).toMatch(/FAIL +data folder +cannot use /);
    expect(text).not.toMatch(/^ +at /m);
  }
  expect(existsSync(join(clone, '.sightline'))).toBe(false);
});

test('a folder of another user is refused with a fix', { ...SLOW, skip: process.getuid?.() !== 0 }, () => {
  const path = join(scratch, 'private');
  mkdirSync(path, { mode: 0o700 });
  for (const open of [scratch, clone]) chmodSync(open, 0o777);
  const nobody = ['--reuid=65534', '--regid=65534', '--clear-groups', process.execPath];
  const script = [join(clone, 'deploy/local/bootstrap.mjs'), 'start', '--data', path];
  const { stderr } = spawnSync('setpriv', [...nobody, ...script], { encoding: 'utf8' });
  expect(stderr).toMatch(/Error: cannot use .*private: user 65534 may not write to .*\n.*Fix: /);
  expect(stderr).not.toMatch(/^ +at /m);
});

test('stop creates nothing and says that the named folder does not exist', SLOW, () => {
  const path = join(scratch, 'typo');
  const stopped = run(['stop', '--data', path], { at: root });
  expect(stopped).toEqual({ code: 1, text: expect.stringContaining(`there is no folder ${path}`) });
  expect(existsSync(path)).toBe(false);
});
