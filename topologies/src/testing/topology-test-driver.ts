import { describe, type RecordHeaders, type StreamRecord, type Topology } from '@sightline/processors/runtime';
import { changelogTopic, type ErrorHandler, type PartitionAccount } from '@sightline/processors/runtime/testing';
import type { AnyTopic, Topic } from '@sightline/schemas/topic';
import { StreamsBuilder } from '../dsl/streams-builder.ts';
import { DriverLog } from './driver-log.ts';
import { DriverTasks } from './driver-tasks.ts';

export interface DriverOptions {
  readonly applicationId?: string;
  /** Of every topic that does not state its own; default 1. */
  readonly partitions?: number;
  /** Wall clock at the start, ms since 1970; default 2026-01-01. It moves by `advanceWallClockTime` alone. */
  readonly startMs?: number;
  readonly deadLetters?: AnyTopic;
  readonly onProcessError?: ErrorHandler;
  readonly onDecodeError?: ErrorHandler;
  /** `each` (default): a commit after every record; `manual`: by `commit()`, so that a crash can lose something. */
  readonly commit?: 'each' | 'manual';
  /** Of what nodes hold back until a commit (statestore.cache.max.bytes); 0: nothing. Default the application's. */
  readonly cacheMaxBytes?: number;
}

/**
 * Runs a topology on the engine's own tasks over a log in memory, without broker, clock or waiting: pipe records in,
 * read what was committed to the topics, look into the state stores.
 */
export class TopologyTestDriver {
  readonly #topology: Topology;
  readonly #options: DriverOptions;
  readonly #log: DriverLog;
  #tasks: DriverTasks | undefined;

  constructor(graph: ((builder: StreamsBuilder) => unknown) | Topology, options: DriverOptions = {}) {
    this.#topology = typeof graph === 'function' ? built(graph) : graph;
    this.#options = options;
    this.#log = new DriverLog(this.#topology, options);
    this.#tasks = this.#start();
  }

  /** One record into a topic; without a time it is written now, by the driver's clock. */
  pipe<K, V>(
    topic: Topic<K, V>,
    key: K,
    value: V | null,
    options: { readonly timestampMs?: number; readonly headers?: RecordHeaders } = {},
  ): void {
    const headers = [...(options.headers ?? []), ...((value === null ? undefined : topic.value.headers) ?? [])];
    const bytes = value === null ? null : topic.value.serialize(value);
    this.pipeBytes(topic, topic.key.serialize(key), bytes, { ...options, headers });
  }

  /** Bytes as somebody else might have written them. */
  pipeBytes(
    topic: AnyTopic,
    key: Buffer | null,
    value: Buffer | null,
    options: { readonly timestampMs?: number; readonly headers?: RecordHeaders } = {},
  ): void {
    this.#log.write(topic, key, value, options);
    this.#running().run(this.#options.commit !== 'manual');
  }

  /** Values committed since the last read, by topic; a topic without any is absent. Tombstones are null. */
  read(): Record<string, unknown[]> {
    const values = this.#log
      .outputs()
      .map(topic => [topic.name, this.readRecords(topic).map(({ value }) => value)] as const);
    return Object.fromEntries(values.filter(([, list]) => list.length > 0));
  }

  /** Records of one topic committed since the last read of it. */
  readRecords<K, V>(topic: Topic<K, V>): (StreamRecord<K, V | null> & { readonly partition: number })[] {
    return this.#log.readNew(topic).map(({ partition, record }) => ({
      partition,
      key: record.key === null ? (null as K) : topic.key.deserialize(record.key, record.headers),
      value: record.value === null ? null : topic.value.deserialize(record.value, record.headers),
      timestampMs: record.timestampMs,
      headers: record.headers,
    }));
  }

  /** Entries of a state store over all tasks, in the order of their serialized keys within a task. */
  store<K = unknown, V = unknown>(name: string): (readonly [K, V])[] {
    return this.#running().storeEntries(name) as (readonly [K, V])[];
  }

  globalState<G>(name: string): G {
    return this.#running().globals.get(name) as G;
  }

  /** What the records of a source topic came to, over all partitions. */
  account(topic: AnyTopic): PartitionAccount {
    return this.#running().account(topic);
  }

  /** Wall-clock punctuators see the clock move by `ms`, once. */
  advanceWallClockTime(ms: number): void {
    this.#log.nowMs += ms;
    this.#running().punctuate(this.#log.nowMs, this.#options.commit !== 'manual');
  }

  commit(): void {
    this.#running().commit();
  }

  /** Loses everything that was not committed, and all memory. */
  crash(): void {
    this.#tasks = undefined;
  }

  /** Starts again from the log: fences, reads committed offsets, restores from the changelogs. */
  restart(): void {
    this.#tasks = this.#start();
    this.#tasks.run(this.#options.commit !== 'manual');
  }

  describe(): string {
    return describe(this.#topology);
  }

  changelog(store: string): string {
    return changelogTopic(this.#log.applicationId, store);
  }

  #start(): DriverTasks {
    return new DriverTasks(this.#topology, this.#log, this.#options);
  }

  #running(): DriverTasks {
    if (!this.#tasks) throw new Error('the driver has crashed; restart it');
    return this.#tasks;
  }
}

function built(graph: (builder: StreamsBuilder) => unknown): Topology {
  const builder = new StreamsBuilder();
  graph(builder);
  return builder.build();
}

/** A driver for one graph. */
export function drive(graph: (builder: StreamsBuilder) => unknown, options: DriverOptions = {}): TopologyTestDriver {
  return new TopologyTestDriver(graph, options);
}
