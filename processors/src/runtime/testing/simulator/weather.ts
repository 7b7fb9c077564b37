import { Random } from './random.ts';

/** Faults at a request: when it is sent, or when its answer is back. */
export const STRIKES = ['crash', 'stall', 'request lost', 'answer lost', 'request late', 'slow'] as const;
export type Strike = (typeof STRIKES)[number];
/** Faults that can be chosen for one await. */
export type ChosenStrike = 'crash' | 'stall' | 'lost';
/** Faults that come by time. */
export const EVENTS = ['crash', 'stall', 'broker restart', 'join', 'leave', 'compaction', 'new disk'] as const;
export type Event = (typeof EVENTS)[number];

/** Times in ms. They are short: only their proportions matter. */
export const TIMES = {
  sessionMs: 400,
  heartbeatMs: 60,
  rebalanceMs: 200,
  transactionMs: 900,
  requestMs: 250,
  purgeMs: 100,
  compactionMs: 70,
  stormMs: 40,
  feedMs: 900,
  /** Nothing strikes after this time. */
  calmMs: 1800,
} as const;

const REQUESTS = ['EndTxn', 'InitProducerId', 'TxnOffsetCommit', 'Produce', 'OffsetFetch', 'ListOffsets', 'JoinGroup', 'Fetch', 'Heartbeat', 'SyncGroup'] as const; // biome-ignore format: one list

/** The faults and settings of one run, all drawn from its seed. */
export interface Weather {
  readonly machines: number;
  readonly partitions: number;
  readonly records: number;
  readonly commitIntervalMs: number;
  readonly latencyMs: number;
  /** Longest processor time between two reads of the clock. */
  readonly workMs: number;
  readonly markerDelayMs: number;
  readonly fetchBytes: number;
  readonly maxPendingBytes: number;
  readonly bufferedRecords: number;
  readonly isStatic: boolean;
  readonly standbyReplicas: number;
  /** True: changelogs are compacted all the time. */
  readonly isCompacting: boolean;
  /** True: state survives the process. */
  readonly hasDisk: boolean;
  readonly cacheMaxBytes: number;
  /** Share of the input that is written in transactions that are aborted. */
  readonly abortedInput: number;
  /** Probability of each strike at each request. */
  readonly strikes: Readonly<Record<Strike, number>>;
  /** A kind of request with more strikes. */
  readonly focus: string;
  readonly events: readonly { readonly atMs: number; readonly event: Event }[];
  /** One machine does not reach the group for a while, but reaches everything else. */
  readonly cutOff: { readonly atMs: number; readonly forMs: number } | undefined;
  /** From this time on the group rebalances again and again. */
  readonly stormAtMs: number | undefined;
  /** One strike at one await, counted from 1 over all processes. */
  readonly strikeAt?: { readonly point: number; readonly strike: ChosenStrike };
}

/** Each part is drawn from its own stream, so a new part does not change the others of a seed. */
export function weatherOf(seed: number): Weather {
  const of = (part: string): Random => Random.of(seed, part);
  const isRough = of('rough').chance(0.9);
  const strikes = Object.fromEntries(
    STRIKES.map(strike => [strike, isRough && of(strike).chance(0.4) ? of(`rate of ${strike}`).between(0.0005, 0.008) : 0]), // biome-ignore format: one entry a strike
  ) as Record<Strike, number>;
  const random = of('events');
  const events = Array.from({ length: isRough ? random.int(0, 4) : 0 }, () => ({
    atMs: random.between(0, TIMES.feedMs * 1.5),
    event: random.pick(EVENTS),
  }));
  return {
    machines: of('machines').int(1, 3),
    partitions: of('partitions').int(1, 3),
    records: of('records').int(15, 70),
    commitIntervalMs: of('commits').pick([5, 20, 60]),
    latencyMs: of('latency').pick([0.2, 1, 5]),
    workMs: of('work').chance(0.2) ? 3 : 0.02,
    markerDelayMs: of('markers').pick([0, 2, 30, 400]),
    fetchBytes: of('fetches').pick([80, 400, 262_144]),
    maxPendingBytes: of('pending').chance(0.2) ? 300 : 4 * 1_048_576,
    bufferedRecords: of('buffers').chance(0.2) ? 3 : 10_000,
    isStatic: of('static').chance(0.3),
    isCompacting: of('compacting').chance(0.3),
    standbyReplicas: of('standbys').chance(0.4) ? 1 : 0,
    hasDisk: of('disk').chance(0.5),
    cacheMaxBytes: of('caches').chance(0.3) ? 200 : 0,
    abortedInput: of('aborted').chance(0.3) ? 0.2 : 0,
    strikes,
    focus: of('focus').pick(REQUESTS),
    events,
    cutOff: isRough && of('cut off').chance(0.2) ? spell(of('when cut off')) : undefined,
    stormAtMs: isRough && of('storm').chance(0.15) ? of('when storm').between(0, TIMES.feedMs) : undefined,
  };
}

/** No fault, except those that a caller adds. */
export const CALM = {
  strikes: { crash: 0, stall: 0, 'request lost': 0, 'answer lost': 0, 'request late': 0, slow: 0 },
  events: [],
  cutOff: undefined,
  stormAtMs: undefined,
} as const satisfies Partial<Weather>;

function spell(random: Random): { readonly atMs: number; readonly forMs: number } {
  return { atMs: random.between(0, TIMES.feedMs), forMs: random.between(0.5, 2) * TIMES.sessionMs };
}
