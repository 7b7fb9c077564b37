/** Kafka Streams as a child process: the comparison for our engine, on the same broker and topic. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { root } from '../../local/folder.ts';

export interface PeerOptions {
  /** host:port list. */
  readonly brokers: string;
  /** Group id, and prefix of its internal topics. */
  readonly applicationId: string;
  /** Topic with text keys and values; read from its start when the group has no committed offset. */
  readonly input: string;
  readonly output: string;
  /** Folder for RocksDB; created if missing. */
  readonly stateDir: string;
  /** Default exactly_once_v2. */
  readonly guarantee?: 'exactly_once_v2' | 'at_least_once';
  /** Default 1. */
  readonly threads?: number;
  /** Default 100. */
  readonly commitIntervalMs?: number;
  /** Default rocksdb; both have a changelog and the default cache. */
  readonly store?: 'rocksdb' | 'memory';
  /** tumbling (default): count per 10 s with 5 s grace; total: count per key without windows, in a key-value store. */
  readonly aggregation?: 'tumbling' | 'total';
  /** Default 1024. */
  readonly heapMb?: number;
}

/** Times are ms since 1970, by the machine's clock. */
export interface CountFigures {
  /** Records in all partitions of the input topic. */
  readonly records: number;
  /** Time just before it joined the group; the JVM had started by then. */
  readonly startedMs: number;
  readonly runningMs: number;
  /** Time at which the last input record's offset was seen as committed; checked every 20 ms. */
  readonly committedMs: number;
}

export interface RestoreFigures {
  /** Records read from changelogs. */
  readonly records: number;
  readonly startedMs: number;
  readonly runningMs: number;
  /** Time spent reading changelogs, from the first start to the last end. */
  readonly restoredMs: number;
}

export interface Peer<F> {
  readonly pid: number | undefined;
  /** Rejects with its stderr when it ends without figures. */
  readonly figures: Promise<F>;
  kill(): void;
}

/** Counts until the whole input topic is committed, then ends. */
export function startCountingPeer(options: PeerOptions): Peer<CountFigures> {
  return start('count', options);
}

/** Empties its state folder, restores an earlier count of this application, and ends once it is running. */
export function startRestoringPeer(options: PeerOptions): Peer<RestoreFigures> {
  return start('restore', options);
}

/** Downloaded with Maven and compiled when missing or outdated; needs a JDK. */
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
