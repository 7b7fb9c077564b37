/** A process that the supervisor keeps running: a part (Kafka, ClickHouse ...) or a process of ours. */
export interface Program {
  /** Also the name of its log, and the label of its lines. */
  readonly name: string;
  readonly argv: readonly [command: string, ...args: string[]];
  /** Environment variables set for it. */
  readonly env?: Readonly<Record<string, string>>;
  /** Names of variables it also gets from our environment, besides those of every child (environment.mjs). */
  readonly settings?: readonly string[];
  readonly cwd?: string;
  /** Text that it reads from its standard input, for secrets: other processes can read arguments and environment. */
  readonly input?: string;
  /** True: it starts only with free disk space. On a full disk, Kafka's recovery takes segments for corrupt and truncates them. */
  readonly needsSpace?: true;
  /** A stop ends processes first, then parts. */
  readonly kind: 'part' | 'process';
  /** True once it works. Called several times a second during the start. Must not throw. */
  readonly answers: () => Promise<boolean>;
  readonly readyWithinMs: number;
  /** URL of its health report, for people and `doctor`. */
  readonly healthUrl?: string;
}

/** True when a GET gives 2xx within a second. */
export async function answersHttp(url: string, headers: Readonly<Record<string, string>> = {}): Promise<boolean> {
  try {
    return (await fetch(url, { headers, signal: AbortSignal.timeout(1_000) })).ok;
  } catch {
    return false;
  }
}
