// What the machine must have before anything of ours can run. Node 20, no packages.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statfsSync } from 'node:fs';
import { freemem } from 'node:os';
import { childEnv, packageManagerEnv } from './environment.mjs';
import { StepError } from './progress.mjs';

/** A terminal's colours, which Maven prints whoever reads. */
const ESCAPES = new RegExp(`${String.fromCharCode(27)}\\[\\d*m`, 'g');

const NEEDED = { nodeMajor: 20, javaMajor: 17, diskBytes: 5e9, memoryBytes: 3.5e9, openFiles: 2048 };

/** @typedef {{ name: string, ok: boolean, found: string, needed: string, fix: string, packages?: string[] }} Check */

function run(command, args) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: 'utf8', env: childEnv() });
  return error || status !== 0 ? undefined : `${stdout}\n${stderr}`;
}

/** 17 from `openjdk version "17.0.15"`, 8 from `java version "1.8.0_402"`; undefined when it says neither. */
export function javaMajor(text) {
  const match = /version "(\d+)(?:\.(\d+))?/.exec(text ?? '');
  return match ? Number(match[1] === '1' ? match[2] : match[1]) : undefined;
}

const debian = () => existsSync('/etc/debian_version') && existsSync('/usr/bin/apt-get');
const root = () => process.getuid?.() === 0;
const install = packages =>
  debian()
    ? `${root() ? '' : 'sudo '}apt-get update && ${root() ? '' : 'sudo '}apt-get install -y --no-install-recommends ${packages.join(' ')}`
    : `install ${packages.join(', ')} with the package manager of this system`;

function node() {
  const major = Number(process.versions.node.split('.')[0]);
  return check(
    'Node',
    major >= NEEDED.nodeMajor,
    process.version,
    `>= ${NEEDED.nodeMajor}`,
    'install Node 20 or newer',
  );
}

function java() {
  const text = run('java', ['-version']);
  const major = javaMajor(text);
  const line = text
    ?.split('\n')
    .find(each => each.includes('version'))
    ?.trim();
  const found = line ?? (text === undefined ? 'no `java` in PATH' : 'unknown version');
  const ok = major !== undefined && major >= NEEDED.javaMajor;
  return check('Java', ok, found, `>= ${NEEDED.javaMajor}`, install(['openjdk-17-jre-headless']));
}

/** A program that must be in PATH; with `ours` we install it ourselves where we may. */
function program(name, command, args, packages, ours = false) {
  const text = run(command, args);
  const found = text?.split('\n')[0]?.replaceAll(ESCAPES, '') ?? `no \`${command}\` in PATH, or it does not run`;
  return { ...check(name, text !== undefined, found, 'any', install(packages)), ...(ours && { packages }) };
}

/** Hard limit of open files in the text of /proc/self/limits; Infinity: none; undefined: the text does not say. */
export function openFilesLimit(text) {
  const limit = /^Max open files\s+\S+\s+(\S+)/m.exec(text ?? '')?.[1];
  if (limit === undefined) return undefined;
  return limit === 'unlimited' ? Number.POSITIVE_INFINITY : Number(limit);
}

/** Kafka, the registry and Node raise their own limit to the hard one, so that one counts. */
function openFiles() {
  const limit = existsSync('/proc/self/limits') ? openFilesLimit(readFileSync('/proc/self/limits', 'utf8')) : undefined;
  const ok = limit === undefined || limit >= NEEDED.openFiles;
  const fix = `raise the limit of open files: ulimit -Hn ${NEEDED.openFiles} as root, LimitNOFILE= of a systemd unit, --ulimit nofile= of a container`;
  return check('Open files', ok, limit === undefined ? 'unknown' : `at most ${limit}`, `${NEEDED.openFiles}`, fix);
}

function disk(folder) {
  const { bavail, bsize } = statfsSync(folder);
  const free = bavail * bsize;
  const fix = `free ${gb(NEEDED.diskBytes)} where this folder lies, or move it with --data DIR`;
  return check('Disk', free >= NEEDED.diskBytes, `${gb(free)} free`, gb(NEEDED.diskBytes), fix);
}

function memory() {
  const free = process.availableMemory?.() ?? freemem();
  const fix = 'close other programs, or point KAFKA_BROKERS, SCHEMA_REGISTRY_URL or CLICKHOUSE_URL at a cluster';
  return check('Memory', free >= NEEDED.memoryBytes, `${gb(free)} available`, gb(NEEDED.memoryBytes), fix);
}

const gb = bytes => `${(bytes / 1e9).toFixed(1)} GB`;
/** @returns {Check} */
const check = (name, ok, found, needed, fix) => ({ name, ok, found, needed, fix });

/**
 * Everything looked at, in order. What a setting points elsewhere is not needed here.
 * @param {{ folder: string, browser: boolean }} options
 * @returns {Check[]}
 */
export function checkMachine({ folder, browser }) {
  const { KAFKA_BROKERS, SCHEMA_REGISTRY_URL, REDIS_URL } = process.env;
  const embedsJava = !KAFKA_BROKERS || !SCHEMA_REGISTRY_URL;
  return [
    node(),
    program('npm', 'npm', ['--version'], ['npm']),
    ...(embedsJava ? [java(), program('Maven', 'mvn', ['--version'], ['maven'])] : []),
    ...(REDIS_URL ? [] : [program('Redis', 'redis-server', ['--version'], ['redis-server'], true)]),
    ...(browser ? [program('Chromium', 'chromium', ['--version'], ['chromium'], true)] : []),
    openFiles(),
    disk(folder),
    memory(),
  ];
}

/** Installs what Debian has of `missing`, as root or through `sudo -n`; what stays missing is an error with its line. */
export function installMissing(missing, say) {
  const packages = missing.flatMap(each => each.packages ?? []);
  const sudo = root() ? [] : ['sudo', '-n'];
  const mayInstall = debian() && packages.length > 0 && (root() || run('sudo', ['-n', 'true']) !== undefined);
  if (mayInstall) {
    say(`installing ${packages.join(', ')}`);
    // RUNLEVEL=1: Debian does not start a Redis of its own on port 6379.
    const [command, ...args] = [...sudo, 'env', 'DEBIAN_FRONTEND=noninteractive', 'RUNLEVEL=1', 'apt-get'];
    const env = packageManagerEnv();
    spawnSync(command, [...args, 'update', '-qq'], { stdio: 'ignore', env });
    spawnSync(command, [...args, 'install', '-y', '-qq', '--no-install-recommends', ...packages], {
      stdio: ['ignore', 'ignore', 'inherit'],
      env,
    });
  }
}

/** @param {Check[]} failed */
export function refuse(failed) {
  const [first] = failed;
  if (first === undefined) return;
  const lines = failed.map(each => `${each.name}: ${each.found} (needed: ${each.needed})`);
  throw new StepError(lines.join('\n       '), [...new Set(failed.map(each => each.fix))].join('\n       '));
}
