import { LogError, OffsetOutOfRangeError } from '../errors.ts';
import type { FetchedBatch, LogReader, ReaderOptions, TopicPartition } from '../log-client.ts';
import type { MemoryLog } from './memory-log.ts';

type Call = <T>(work: () => T | Promise<T>) => Promise<T>;

interface Position extends TopicPartition {
  readonly offset: bigint;
  readonly paused: boolean;
}

export class MemoryReader implements LogReader {
  readonly #log: MemoryLog;
  readonly #options: Required<ReaderOptions>;
  readonly #call: Call;
  readonly #positions = new Map<string, Position>();
  #closed = false;
  #wake: () => void = () => {};

  constructor(log: MemoryLog, options: ReaderOptions, call: Call) {
    this.#log = log;
    this.#options = {
      isolation: 'read_committed',
      maxBytesPerPartition: 262_144,
      maxWaitMs: 50,
      checkCrcs: true,
      ...options,
    };
    this.#call = call;
  }

  seek({ topic, partition }: TopicPartition, offset: bigint): void {
    const name = nameOf({ topic, partition });
    this.#positions.set(name, { topic, partition, offset, paused: this.#positions.get(name)?.paused ?? false });
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
    return this.#call(async () => {
      if (this.#closed) throw new LogError('LOG_CLOSED', 'the reader is closed');
      const ready = this.#take();
      if (ready.length > 0) return ready;
      const woken = new Promise<void>(resolve => {
        this.#wake = resolve;
      });
      await Promise.race([this.#log.appended(this.#options.maxWaitMs), woken]);
      return this.#take();
    });
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

  #take(): FetchedBatch[] {
    const batches: FetchedBatch[] = [];
    for (const [name, position] of this.#positions) {
      if (position.paused) continue;
      const log = this.#log.partition(position);
      if (position.offset < log.logStartOffset || position.offset > log.highWatermark) {
        if (batches.length > 0) break;
        this.#positions.delete(name);
        throw new OffsetOutOfRangeError(position, position.offset);
      }
      const committedOnly = this.#options.isolation === 'read_committed';
      const read = log.read(position.offset, committedOnly, this.#options.maxBytesPerPartition);
      if (read.nextOffset === position.offset) continue;
      this.#positions.set(name, { ...position, offset: read.nextOffset });
      const { highWatermark, lastStableOffset, logStartOffset } = log;
      const { topic, partition } = position;
      const ends = { highWatermark, lastStableOffset, logStartOffset };
      batches.push({ topic, partition, ...read, fetchOffset: position.offset, ...ends });
    }
    return batches;
  }
}

function nameOf({ topic, partition }: TopicPartition): string {
  return `${topic}/${partition}`;
}
