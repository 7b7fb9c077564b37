/** A process to be kept running, one of the parts (Kafka, ClickHouse ...) or one of ours. */
export interface Program {
  /** Names its log and its lines. */
  readonly name: string;
  readonly argv: readonly [command: string, ...args: string[]];
  /** Variables of its own. */
  readonly env?: Readonly<Record<string, string>>;
  /** Names of the variables it may take from our environment, beside those every child sees (environment.mjs). */
  readonly settings?: readonly string[];
  readonly cwd?: string;
  /** It is not started on a full disk: Kafka's recovery would take what it cannot index for corrupt and cut it off. */
  readonly needsSpace?: true;
  /** Parts end after everything that uses them. */
  readonly kind: 'part' | 'process';
  /** True once it does its work; asked several times a second while starting. Must not throw. */
  readonly answers: () => Promise<boolean>;
  readonly readyWithinMs: number;
  /** Where it tells how it is, for people and `doctor`. */
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
