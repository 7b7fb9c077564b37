import type { LogRecord } from '@sightline/processors/log';
import { partitionFor } from '@sightline/processors/log';
import { type RecordHeaders, systemClock, type Topology } from '@sightline/processors/runtime';
import {
  changelogTopic,
  countPartitions,
  MemoryLog,
  type TopicDirectory,
  taskCount,
} from '@sightline/processors/runtime/testing';
import type { AnyTopic } from '@sightline/schemas/topic';
import type { DriverOptions } from './driver-options.ts';

const NEW_YEAR_2026_MS = 1_767_225_600_000;

/** The driver's log: every topic of the topology, its changelogs, and the committed offsets. */
export class DriverLog implements TopicDirectory {
  readonly applicationId: string;
  readonly log: MemoryLog;
  nowMs: number;
  readonly #topics = new Map<string, AnyTopic>();
  readonly #written: AnyTopic[];
  readonly #partitions: number;
  readonly #read = new Map<string, bigint>();
  readonly #counts: ReadonlyMap<string, number>;

  constructor(topology: Topology, options: DriverOptions) {
    this.applicationId = options.applicationId ?? 'test';
    this.nowMs = options.startMs ?? NEW_YEAR_2026_MS;
    this.#partitions = options.partitions ?? 1;
    this.log = new MemoryLog({ clock: { ...systemClock, nowMs: () => this.nowMs } });
    const subtopologies = topology.subtopologies();
    const sinks = subtopologies.flatMap(({ sinks }) => sinks.map(({ topic }) => topic));
    const own = new Set(topology.repartitionTopics.map(({ topic }) => topic));
    const written = sinks.filter(topic => !own.has(topic));
    this.#written = [...new Set([...written, ...(options.deadLetters ? [options.deadLetters] : [])])];
    const sources = subtopologies.flatMap(({ sources }) => sources.map(({ topic }) => topic));
    const globals = topology.globalStores.map(({ topic }) => topic);
    for (const topic of [...sources, ...globals, ...own, ...this.#written]) this.#topics.set(topic.name, topic);
    const external = [...this.#topics.values()].filter(topic => !own.has(topic));
    const stated = external.map(topic => [topic.name, topic.partitions ?? this.#partitions] as const);
    this.#counts = countPartitions(topology, new Map(stated));
    const changelogs = subtopologies.flatMap(subtopology => {
      const partitions = taskCount(subtopology, topic => this.partitionsOf(topic));
      const logged = subtopology.stores.filter(store => store.logged);
      return logged.map(({ name }) => ({ topic: changelogTopic(this.applicationId, name), partitions }));
    });
    const topics = [...this.#topics.values()];
    this.log.createTopics([
      ...topics.map(topic => ({ topic: topic.name, partitions: this.partitionsOf(topic) })),
      ...changelogs,
    ]);
  }

  nameOf(topic: AnyTopic): string {
    if (!this.#topics.has(topic.name)) throw new Error(`the topology has no topic ${topic.name}`);
    return topic.name;
  }

  partitionsOf(topic: AnyTopic): number {
    return this.#counts.get(topic.name) ?? this.#partitions;
  }

  write(
    topic: AnyTopic,
    key: Buffer | null,
    value: Buffer | null,
    options: { readonly timestampMs?: number; readonly headers?: RecordHeaders },
  ): void {
    const partition = key === null ? 0 : partitionFor(key, this.partitionsOf(topic));
    this.log.append({ ...options, topic: this.nameOf(topic), partition, key, value });
  }

  /** The topics written by sinks, and the dead letters. */
  outputs(): readonly AnyTopic[] {
    return this.#written;
  }

  readNew(topic: AnyTopic): { readonly partition: number; readonly record: LogRecord }[] {
    const found: { partition: number; record: LogRecord }[] = [];
    for (let partition = 0; partition < this.partitionsOf(topic); partition++) {
      const name = `${this.nameOf(topic)}/${partition}`;
      const { records, nextOffset } = this.readFrom(topic.name, partition, this.#read.get(name) ?? 0n);
      this.#read.set(name, nextOffset);
      for (const record of records) found.push({ partition, record });
    }
    return found;
  }

  readFrom(topic: string, partition: number, offset: bigint) {
    return this.log.partition({ topic, partition }).read(offset, true, Number.MAX_SAFE_INTEGER);
  }
}
