import type { AnyTopic } from '@sightline/schemas/topic';
import type { LogRecord } from '../../../log/log-client.ts';
import type { StreamsOptions } from '../../streams-options.ts';
import type { Topology } from '../../topology.ts';
import type { Random } from './random.ts';

/** A record to be fed, bytes already. */
export interface FedRecord {
  readonly topic: AnyTopic;
  readonly partition: number;
  readonly key: Buffer;
  readonly value: Buffer | null;
  readonly timestampMs: number;
  /** Written before any process starts. */
  readonly isFirst?: boolean;
  /** Virtual time of writing, ms; not below that of the record before. Default: drawn over the time of feeding. */
  readonly atMs?: number;
}

/** The log when all is over, as a read_committed reader sees it: the only thing an oracle may look at. */
export interface FinalLog {
  readonly applicationId: string;
  readonly partitions: number;
  /** Virtual ms since the start. */
  readonly nowMs: number;
  /** Complete name of a topic. */
  read(topic: string, partition: number): readonly LogRecord[];
}

/** An application to be run in rough weather, and what must have come of it. */
export interface Scenario {
  readonly name: string;
  topology(): Topology;
  /** All have the run's number of partitions. */
  readonly topics: readonly AnyTopic[];
  readonly options?: Partial<
    Pick<StreamsOptions, 'deadLetters' | 'onProcessError' | 'onDecodeError' | 'processingGuarantee'>
  >;
  /** In the order of writing. */
  feed(random: Random, partitions: number, count: number): readonly FedRecord[];
  /** Whether all has come that must come by time alone, after the last record; default: nothing must. */
  isSettled?(log: FinalLog): boolean;
  /** Decides by the input in the log alone what must be in it besides; everything wrong with it. */
  judge(log: FinalLog): string[];
}

/** Every way in which a list is not what was expected; empty when each is there once, in order. */
export function differences(what: string, expected: readonly string[], found: readonly string[]): string[] {
  const faults: string[] = [];
  const wanted = countOf(expected);
  const there = countOf(found);
  for (const [entry, times] of wanted) {
    const seen = there.get(entry) ?? 0;
    if (seen < times) faults.push(`${what}: lost ${entry}`);
    if (seen > times) faults.push(`${what}: ${seen} times ${entry}`);
  }
  for (const entry of there.keys()) if (!wanted.has(entry)) faults.push(`${what}: wrong ${entry}`);
  if (faults.length === 0 && found.some((entry, index) => entry !== expected[index])) faults.push(`${what}: order`);
  return faults;
}

function countOf(entries: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const entry of entries) counts.set(entry, (counts.get(entry) ?? 0) + 1);
  return counts;
}

/** What a compacted topic says: the last value of each key; keys as text, tombstones gone. */
export function foldOf<V>(records: readonly LogRecord[], decode: (value: Buffer) => V): Map<string, V> {
  const fold = new Map<string, V>();
  for (const { key, value } of records) {
    if (value === null) fold.delete(`${key}`);
    else fold.set(`${key}`, decode(value));
  }
  return fold;
}

export const partitionsOf = ({ partitions }: FinalLog): number[] => [...Array(partitions).keys()];
