/** Kafka Streams itself as a child process: what our engine is measured against, on the same broker and topic. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { root } from '../../local/folder.ts';

export interface PeerOptions {
  /** host:port list. */
  readonly brokers: string;
  /** Group and prefix of its internal topics. */
  readonly applicationId: string;
  /** Keys and values are texts; without a committed offset it is read from its beginning. */
  readonly input: string;
  readonly output: string;
  /** Where RocksDB writes; made if missing. */
  readonly stateDir: string;
  /** Default exactly_once_v2. */
  readonly guarantee?: 'exactly_once_v2' | 'at_least_once';
  /** Default 1. */
  readonly threads?: number;
  /** Default 100. */
  readonly commitIntervalMs?: number;
  /** Default rocksdb; both have a changelog and the default cache. */
  readonly store?: 'rocksdb' | 'memory';
  /** tumbling (default): count per 10 s with 5 s grace; total: count per key for ever, in a key-value store. */
  readonly aggregation?: 'tumbling' | 'total';
  /** Default 1024. */
  readonly heapMb?: number;
}

/** Times are ms since 1970 by the machine's clock. */
export interface CountFigures {
  /** Of the input topic, all partitions. */
  readonly records: number;
  /** Before the group was joined; the virtual machine had started by then. */
  readonly startedMs: number;
  readonly runningMs: number;
  /** The last input record's offset was seen as committed; looked for every 20 ms. */
  readonly committedMs: number;
}

export interface RestoreFigures {
  /** Read from changelogs. */
  readonly records: number;
  readonly startedMs: number;
  readonly runningMs: number;
  /** How long changelogs were read, first start to last end. */
  readonly restoredMs: number;
}

export interface Peer<F> {
  readonly pid: number | undefined;
  /** Rejects with its stderr when it ends without figures. */
  readonly figures: Promise<F>;
  kill(): void;
}

/** Counts until all that is in the input topic is committed, then ends. */
export function startCountingPeer(options: PeerOptions): Peer<CountFigures> {
  return start('count', options);
}

/** Empties its state folder and ends when it is running again; an earlier count of this application is what it restores. */
export function startRestoringPeer(options: PeerOptions): Peer<RestoreFigures> {
  return start('restore', options);
}

/** Fetched with Maven and compiled when missing or stale; needs a JDK. */
let classPath: string | undefined;
function prepared(): string {
  const script = join(root, 'topologies/scripts/kafka-streams.ts');
  classPath ??= execFileSync(process.execPath, [script], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  }).trim();
  return classPath;
}

function start<F>(mode: 'count' | 'restore', options: PeerOptions): Peer<F> {
  const words = {
    mode,
    brokers: options.brokers,
    application: options.applicationId,
    input: options.input,
    output: options.output,
    'state-dir': options.stateDir,
    guarantee: options.guarantee ?? 'exactly_once_v2',
    threads: options.threads ?? 1,
    'commit-interval-ms': options.commitIntervalMs ?? 100,
    store: options.store ?? 'rocksdb',
    aggregation: options.aggregation ?? 'tumbling',
  };
  const virtualMachine = [`-Xmx${options.heapMb ?? 1024}m`, '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn'];
  const asked = Object.entries(words).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const child = spawn('java', [...virtualMachine, '-cp', prepared(), 'peer.CountingPeer', ...asked], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return { pid: child.pid, figures: figuresOf<F>(child), kill: () => void child.kill('SIGKILL') };
}

async function figuresOf<F>(child: ChildProcess): Promise<F> {
  const ended = new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve));
  const [said, complained, code] = await Promise.all([
    child.stdout ? text(child.stdout) : '',
    child.stderr ? text(child.stderr) : '',
    ended,
  ]);
  const line = said.split('\n').find(each => each.startsWith('{'));
  if (code !== 0 || line === undefined)
    throw new Error(`Kafka Streams ended with ${code}:\n${complained.slice(-4_000)}`);
  return JSON.parse(line) as F;
}
