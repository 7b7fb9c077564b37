import {
  type AnyStoreBuilder,
  describe,
  type KeyValueStore,
  type RecordHeaders,
  type SessionStore,
  type StateStore,
  type StreamRecord,
  type Topology,
  type WindowStore,
} from '@sightline/processors/runtime';
import { changelogTopic, type PartitionAccount } from '@sightline/processors/runtime/testing';
import type { AnyTopic, Topic } from '@sightline/schemas/topic';
import { StreamsBuilder } from '../dsl/streams-builder.ts';
import { DriverLog } from './driver-log.ts';
import type { DriverOptions } from './driver-options.ts';
import { type DriverMetrics, DriverTasks } from './driver-tasks.ts';
import { type InputTime, TestInputTopic, TestOutputTopic } from './test-topics.ts';

/**
 * Runs a topology on the engine's own tasks over a log in memory, without broker, clock or waiting. Pipe records in,
 * read the committed records of the topics, read the state stores.
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

  /** Pipes one record into a topic; its default time is the driver's clock. */
  pipe<K, V>(
    topic: Topic<K, V>,
    key: K | null,
    value: V | null,
    options: { readonly timestampMs?: number; readonly headers?: RecordHeaders } = {},
  ): void {
    const headers = [...(options.headers ?? []), ...((value === null ? undefined : topic.value.headers) ?? [])];
    const bytes = value === null ? null : topic.value.serialize(value);
    this.pipeBytes(topic, key === null ? null : topic.key.serialize(key), bytes, { ...options, headers });
  }

  /** Pipes raw bytes, as another writer could send them. */
  pipeBytes(
    topic: AnyTopic,
    key: Buffer | null,
    value: Buffer | null,
    options: { readonly timestampMs?: number; readonly headers?: RecordHeaders } = {},
  ): void {
    this.#log.write(topic, key, value, options);
    this.#running().run(this.#options.commit !== 'manual');
  }

  /** Values committed since the last read, by topic; topics without new values are left out. Tombstones are null. */
  read(): Record<string, unknown[]> {
    const values = this.#log
      .outputs()
      .map(topic => [topic.name, this.readRecords(topic).map(({ value }) => value)] as const);
    return Object.fromEntries(values.filter(([, list]) => list.length > 0));
  }

  /** Records of one topic committed since its last read. */
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

  /** A state store of the task on one partition, to read and to fill. Writes are committed with the next commit. */
  keyValueStore<K, V>(name: string, partition = 0): KeyValueStore<K, V> {
    return this.#store(name, partition, 'key-value') as KeyValueStore<K, V>;
  }

  windowStore<K, V>(name: string, partition = 0): WindowStore<K, V> {
    return this.#store(name, partition, 'window') as WindowStore<K, V>;
  }

  sessionStore<K, V>(name: string, partition = 0): SessionStore<K, V> {
    return this.#store(name, partition, 'session') as SessionStore<K, V>;
  }

  /** Names of all state stores and global stores. */
  storeNames(): string[] {
    const local = this.#topology.subtopologies().flatMap(({ stores }) => stores.map(({ name }) => name));
    return [...local, ...this.#topology.globalStores.map(({ name }) => name)];
  }

  /** Topics written since the start, internal ones included. */
  producedTopics(): ReadonlySet<string> {
    return this.#running().producedTopics;
  }

  metrics(): DriverMetrics {
    return this.#running().metrics();
  }

  /** Pipes records into one topic, with a time that advances by itself. */
  inputTopic<K, V>(topic: Topic<K, V>, time: InputTime = {}): TestInputTopic<K, V> {
    return new TestInputTopic(this, topic, { startMs: this.#log.nowMs, ...time });
  }

  /** Reads the records of one topic, one at a time. */
  outputTopic<K, V>(topic: Topic<K, V>): TestOutputTopic<K, V> {
    return new TestOutputTopic(this, topic);
  }

  globalState<G>(name: string): G {
    return this.#running().globals.get(name) as G;
  }

  /** The accounting of a source topic's records, over all partitions. */
  account(topic: AnyTopic): PartitionAccount {
    return this.#running().account(topic);
  }

  /** Moves the clock by `ms` in one step; wall-clock punctuators that are due run. */
  advanceWallClockTime(ms: number): void {
    this.#log.nowMs += ms;
    this.#running().punctuate(this.#log.nowMs, this.#options.commit !== 'manual');
  }

  commit(): void {
    this.#running().commit();
  }

  /** Commits, then closes the processors. The driver is unusable afterwards. */
  close(): void {
    this.#running().commit();
    this.#running().close();
    this.#tasks = undefined;
  }

  /** Loses all memory, and everything that was not committed. */
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

  #store(name: string, partition: number, kind: AnyStoreBuilder['kind']): StateStore {
    const { builder, stateStore } = this.#running().stateStore(name, partition);
    if (builder.kind !== kind) throw new Error(`${name} is a ${builder.kind} store, not a ${kind} store`);
    return stateStore;
  }

  #start(): DriverTasks {
    return new DriverTasks(this.#topology, this.#log, this.#options);
  }

  #running(): DriverTasks {
    if (!this.#tasks) throw new Error('the driver has crashed or was closed; restart it');
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
