import type { AnyTopic } from '@sightline/schemas/topic';
import type { LogRecord } from '../../../log/log-client.ts';
import type { StreamsOptions } from '../../streams-options.ts';
import type { Topology } from '../../topology.ts';
import type { Random } from './random.ts';

/** An input record, as bytes. */
export interface FedRecord {
  readonly topic: AnyTopic;
  readonly partition: number;
  readonly key: Buffer;
  readonly value: Buffer | null;
  readonly timestampMs: number;
  /** Written before any process starts. */
  readonly isFirst?: boolean;
  /** Virtual time of writing, ms; not below that of the record before it. Default: drawn from the time of feeding. */
  readonly atMs?: number;
}

/** The log at the end, as a read_committed reader sees it. An oracle may read nothing else. */
export interface FinalLog {
  readonly applicationId: string;
  readonly partitions: number;
  /** Virtual ms since the start. */
  readonly nowMs: number;
  /** Complete name of a topic. */
  read(topic: string, partition: number): readonly LogRecord[];
}

/** An application to run with faults, and the check of its result. */
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
  /** True when all outputs exist that come by time alone, after the last record; default: there are none. */
  isSettled?(log: FinalLog): boolean;
  /** Derives the expected contents of the log from the input in the log alone; returns everything that is wrong. */
  judge(log: FinalLog): string[];
}

/** The differences between a list and the expected one; empty when all are there once, in order. */
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

/** The fold of a compacted topic: the last value of each key. Keys are text; tombstones are left out. */
export function foldOf<V>(records: readonly LogRecord[], decode: (value: Buffer) => V): Map<string, V> {
  const fold = new Map<string, V>();
  for (const { key, value } of records) {
    if (value === null) fold.delete(`${key}`);
    else fold.set(`${key}`, decode(value));
  }
  return fold;
}

export const partitionsOf = ({ partitions }: FinalLog): number[] => [...Array(partitions).keys()];
