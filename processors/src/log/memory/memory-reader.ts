import { LogError, OffsetOutOfRangeError, TopicRecreatedError } from '../errors.ts';
import type { FetchedBatch, LogReader, ReaderOptions, TopicPartition } from '../log-client.ts';
import type { MemoryTopics } from './memory-topics.ts';

type Carry = <T>(work: () => T | Promise<T>) => Promise<T>;

interface Position extends TopicPartition {
  /** The topic that the position belongs to; undefined before the first answer. */
  readonly topicId: string | undefined;
  readonly offset: bigint;
  readonly paused: boolean;
  /** Changes with each seek. */
  readonly version: number;
}

interface Found {
  readonly asked: Position;
  readonly batch: FetchedBatch;
}

export class MemoryReader implements LogReader {
  readonly #log: MemoryTopics;
  readonly #options: Required<ReaderOptions>;
  readonly #carry: Carry;
  readonly #positions = new Map<string, Position>();
  #version = 0;
  #closed = false;
  #wake: () => void = () => {};

  constructor(log: MemoryTopics, options: ReaderOptions, carry: Carry) {
    this.#log = log;
    this.#options = {
      isolation: 'read_committed',
      maxBytesPerPartition: 262_144,
      maxWaitMs: 50,
      checkCrcs: true,
      lazyRecords: false,
      ...options,
    };
    this.#carry = carry;
  }

  seek({ topic, partition }: TopicPartition, offset: bigint, topicId?: string): void {
    const name = nameOf({ topic, partition });
    const paused = this.#positions.get(name)?.paused ?? false;
    this.#positions.set(name, { topic, partition, topicId, offset, paused, version: ++this.#version });
    this.#wake();
  }

  remove(partitions: readonly TopicPartition[]): void {
    for (const partition of partitions) this.#positions.delete(nameOf(partition));
  }

  pause(partitions: readonly TopicPartition[]): void {
    this.#setPaused(partitions, true);
  }

  resume(partitions: readonly TopicPartition[]): void {
    this.#setPaused(partitions, false);
    this.#wake();
  }

  position(partition: TopicPartition): bigint | undefined {
    return this.#positions.get(nameOf(partition))?.offset;
  }

  async fetch(): Promise<readonly FetchedBatch[]> {
    if (this.#closed) throw new LogError('LOG_CLOSED', 'the reader is closed');
    const found = await this.#carry(() => this.#poll()).catch(error => this.#fail(error));
    if (this.#closed) throw new LogError('LOG_CLOSED', 'the reader was closed');
    return found.flatMap(batch => this.#accept(batch) ?? []);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#positions.clear();
    this.#wake();
  }

  #setPaused(partitions: readonly TopicPartition[], paused: boolean): void {
    for (const partition of partitions) {
      const position = this.#positions.get(nameOf(partition));
      if (position) this.#positions.set(nameOf(partition), { ...position, paused });
    }
  }

  /** At the log: returns the present records, or those that come within the longest wait. */
  async #poll(): Promise<readonly Found[]> {
    const { clock } = this.#log;
    const endMs = clock.monotonicMs() + this.#options.maxWaitMs;
    for (;;) {
      const found = this.#find();
      const leftMs = endMs - clock.monotonicMs();
      if (found.length > 0 || leftMs <= 0 || this.#closed) return found;
      const woken = new Promise<void>(resolve => {
        this.#wake = resolve;
      });
      await Promise.race([this.#log.appended(leftMs), woken]);
    }
  }

  /** At the reader: drops an answer to an outdated request. */
  #accept({ asked, batch }: Found): FetchedBatch | undefined {
    const name = nameOf(batch);
    const position = this.#positions.get(name);
    if (position === undefined || position.paused || position.version !== asked.version) return undefined;
    this.#positions.set(name, { ...position, offset: batch.nextOffset });
    return batch;
  }

  /** A failed partition is not read until a seek. */
  #fail(error: unknown): never[] {
    if (!(error instanceof OffsetOutOfRangeError)) throw error;
    if (this.position(error) !== error.offset) return [];
    this.#positions.delete(nameOf(error));
    throw error;
  }

  #find(): Found[] {
    const found: Found[] = [];
    for (const given of this.#positions.values()) {
      if (given.paused) continue;
      if (this.#log.partitionCount(given.topic) === undefined) continue; // deleted: waits, like a broker's reader
      const topicId = this.#log.topicId(given.topic);
      const position = this.#bound(given, topicId);
      if (position.topicId !== topicId) {
        if (found.length > 0) break;
        throw new TopicRecreatedError(position, position.offset);
      }
      const log = this.#log.partition(position);
      if (position.offset < log.logStartOffset || position.offset > log.highWatermark) {
        if (found.length > 0) break;
        throw new OffsetOutOfRangeError(position, position.offset);
      }
      const committedOnly = this.#options.isolation === 'read_committed';
      const read = log.read(position.offset, committedOnly, this.#options.maxBytesPerPartition);
      if (read.nextOffset === position.offset) continue;
      const { highWatermark, lastStableOffset, logStartOffset } = log;
      const { topic, partition } = position;
      const ends = { highWatermark, lastStableOffset, logStartOffset };
      const batch = { topic, partition, topicId, ...read, fetchOffset: position.offset, ...ends };
      found.push({ asked: position, batch });
    }
    return found;
  }

  /** A position without a topic belongs to the topic that first answers. */
  #bound(position: Position, topicId: string): Position {
    if (position.topicId !== undefined) return position;
    const bound = { ...position, topicId };
    this.#positions.set(nameOf(position), bound);
    return bound;
  }
}

function nameOf({ topic, partition }: TopicPartition): string {
  return `${topic}/${partition}`;
}
