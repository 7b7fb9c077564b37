// Checks that the machine has what we need. Plain JavaScript for Node 20 without packages.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statfsSync } from 'node:fs';
import { freemem } from 'node:os';
import { childEnv, packageManagerEnv } from './environment.mjs';
import { StepError } from './progress.mjs';

/** Terminal colour codes; Maven prints them even into a pipe. */
const ESCAPES = new RegExp(`${String.fromCharCode(27)}\\[\\d*m`, 'g');

const NEEDED = { nodeMajor: 20, javaMajor: 17, diskBytes: 5e9, memoryBytes: 3.5e9, openFiles: 2048 };

/** GStreamer's RTSP server for Python, with the elements that the cameras of trials use. */
const GSTREAMER = [
  'python3-gi',
  'gir1.2-gst-rtsp-server-1.0',
  'gstreamer1.0-plugins-base',
  'gstreamer1.0-plugins-good',
  'gstreamer1.0-plugins-bad',
];
const IMPORT_GSTREAMER = `import gi
gi.require_version('GstRtspServer', '1.0')
from gi.repository import Gst, GstRtspServer
Gst.init(None)
assert all(Gst.ElementFactory.find(name) for name in ('openh264enc', 'h264parse', 'rtph264pay', 'jpegdec', 'appsrc'))
print(Gst.version_string())`;

/** @typedef {{ name: string, ok: boolean, found: string, needed: string, fix: string, packages?: string[] }} Check */

function run(command, args) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: 'utf8', env: childEnv() });
  return error || status !== 0 ? undefined : `${stdout}\n${stderr}`;
}

/** 17 from `openjdk version "17.0.15"`, 8 from `java version "1.8.0_402"`; undefined for any other text. */
export function javaMajor(text) {
  const match = /version "(\d+)(?:\.(\d+))?/.exec(text ?? '');
  return match ? Number(match[1] === '1' ? match[2] : match[1]) : undefined;
}

const debian = () => existsSync('/etc/debian_version') && existsSync('/usr/bin/apt-get');
const root = () => process.getuid?.() === 0;
/**
 * What a user runs to install packages.
 * @param {readonly string[]} packages
 */
export const installLine = packages =>
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
  return check('Java', ok, found, `>= ${NEEDED.javaMajor}`, installLine(['openjdk-17-jre-headless']));
}

/** Checks that a program is in PATH. `ours`: we may install its packages ourselves. */
function program(name, command, args, packages, ours = false) {
  const text = run(command, args);
  const found = text?.split('\n')[0]?.replaceAll(ESCAPES, '') ?? `no \`${command}\` in PATH, or it does not run`;
  return { ...check(name, text !== undefined, found, 'any', installLine(packages)), ...(ours && { packages }) };
}

/** The hard limit of open files in the text of /proc/self/limits; Infinity: unlimited; undefined: not in the text. */
export function openFilesLimit(text) {
  const limit = /^Max open files\s+\S+\s+(\S+)/m.exec(text ?? '')?.[1];
  if (limit === undefined) return undefined;
  return limit === 'unlimited' ? Number.POSITIVE_INFINITY : Number(limit);
}

/** Checks the hard limit of open files. Kafka, the registry and Node raise their soft limit to it by themselves. */
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
 * All checks, in order. A part whose address is set in the environment needs nothing on this machine.
 * @param {{ folder: string, browser: boolean, rtsp?: boolean }} options
 * @returns {Check[]}
 */
export function checkMachine({ folder, browser, rtsp = false }) {
  const { KAFKA_BROKERS, SCHEMA_REGISTRY_URL, REDIS_URL } = process.env;
  const embedsJava = !KAFKA_BROKERS || !SCHEMA_REGISTRY_URL;
  return [
    node(),
    program('npm', 'npm', ['--version'], ['npm']),
    ...(embedsJava ? [java(), program('Maven', 'mvn', ['--version'], ['maven'])] : []),
    ...(REDIS_URL ? [] : [program('Redis', 'redis-server', ['--version'], ['redis-server'], true)]),
    ...(browser ? [program('Chromium', 'chromium', ['--version'], ['chromium'], true)] : []),
    ...(rtsp ? [program('GStreamer', '/usr/bin/python3', ['-c', IMPORT_GSTREAMER], GSTREAMER, true)] : []),
    openFiles(),
    disk(folder),
    memory(),
  ];
}

/**
 * Programs that are not needed but make a run better. kcat reads a topic to its end at once; without it the trials
 * wait for the silence of Kafka's console consumer. bubblewrap is the second wall of the embedded ClickHouse.
 */
export function wanted({ parts, browser }) {
  return [
    ...(browser ? [program('kcat', 'kcat', ['-V'], ['kcat'], true)] : []),
    ...(parts && !process.env.CLICKHOUSE_URL
      ? [program('bubblewrap', 'bwrap', ['--version'], ['bubblewrap'], true)]
      : []),
  ];
}

/** Installs the packages of the `missing` checks by apt-get, as root or by `sudo -n`. Does nothing where it may not. */
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

/**
 * Throws StepError with the failed checks and their fixes; returns when there are none.
 * @param {Check[]} failed
 */
export function refuse(failed) {
  const [first] = failed;
  if (first === undefined) return;
  const lines = failed.map(each => `${each.name}: ${each.found} (needed: ${each.needed})`);
  throw new StepError(lines.join('\n       '), [...new Set(failed.map(each => each.fix))].join('\n       '));
}
