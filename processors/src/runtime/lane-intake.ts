import type { FetchedBatch, LogReader, TopicPartition } from '../log/log-client.ts';
import type { Clock } from './clock.ts';
import type { TopicDirectory } from './record-collector.ts';
import { prepareRecords } from './record-preparer.ts';
import type { StreamTask } from './stream-task.ts';

export interface IntakeLimits {
  /** A partition with more records than this waiting is paused (buffered.records.per.partition). */
  readonly bufferedRecordsPerPartition: number;
  readonly bufferedBytesPerPartition: number;
}

interface Feed extends TopicPartition {
  /** Name in the topology. */
  readonly source: string;
  readonly topicId: string;
  /** Offset at which the next batch must begin; a batch that begins elsewhere is from before a seek. */
  expected: bigint;
  preparing: boolean;
  full: boolean;
}

/**
 * Feeds one task from the reader: in order, prepared for decoding, and within the limits. One full partition stops no
 * other.
 */
export class LaneIntake {
  readonly #task: StreamTask;
  readonly #reader: LogReader;
  readonly #limits: IntakeLimits;
  readonly #clock: Clock;
  readonly #feeds: ReadonlyMap<string, Feed>;
  readonly #onReady: () => void;
  #closed = false;
  /** Why a partition waits for something outside the log; undefined: none does. */
  waitingFor: string | undefined;

  constructor(
    task: StreamTask,
    reader: LogReader,
    directory: TopicDirectory,
    limits: IntakeLimits,
    clock: Clock,
    onReady: () => void,
  ) {
    this.#task = task;
    this.#reader = reader;
    this.#limits = limits;
    this.#clock = clock;
    this.#onReady = onReady;
    this.#feeds = new Map(
      task.group.queues.map(({ source, partition, topicId, position = 0n }) => {
        const topic = directory.nameOf(source.topic);
        return [
          topic,
          { source: source.topic.name, topic, topicId, partition, expected: position, preparing: false, full: false },
        ];
      }),
    );
  }

  /** Starts reading at the task's positions. */
  open(): void {
    for (const { topic, topicId, partition, expected } of this.#feeds.values()) {
      this.#reader.seek({ topic, partition }, expected, topicId);
      this.#reader.resume([{ topic, partition }]);
    }
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#reader.remove([...this.#feeds.values()].map(({ topic, partition }) => ({ topic, partition })));
  }

  reads({ topic, partition }: TopicPartition): boolean {
    return !this.#closed && this.#feeds.get(topic)?.partition === partition;
  }

  take(batch: FetchedBatch): void {
    const feed = this.#feeds.get(batch.topic);
    if (this.#closed || !feed || feed.partition !== batch.partition || feed.expected !== batch.fetchOffset) return;
    feed.expected = batch.nextOffset;
    const queue = this.#task.group.queueOf(feed.source);
    if (!queue) return;
    queue.endOffset = batch.lastStableOffset;
    const preparing = prepareRecords(queue.source.topic, batch.records, this.#clock, reason => {
      this.waitingFor = `${batch.topic}[${batch.partition}]: ${reason}`;
    });
    if (preparing === undefined) this.#add(feed, batch);
    else void this.#addLater(feed, batch, preparing);
  }

  /** Resumes partitions that are below the limits again. */
  relieve(): void {
    for (const feed of this.#feeds.values()) {
      if (!feed.full || this.#isFull(feed)) continue;
      feed.full = false;
      this.#resume(feed);
    }
  }

  #add(feed: Feed, batch: FetchedBatch): void {
    this.#task.add(feed.source, batch.records, batch.nextOffset);
    if (!feed.full && this.#isFull(feed)) {
      feed.full = true;
      this.#reader.pause([feed]);
    }
    this.#onReady();
  }

  async #addLater(feed: Feed, batch: FetchedBatch, preparing: Promise<void>): Promise<void> {
    feed.preparing = true;
    this.#reader.pause([feed]);
    await preparing;
    if (this.#closed) return;
    this.waitingFor = undefined;
    feed.preparing = false;
    this.#add(feed, batch);
    this.#resume(feed);
  }

  #isFull({ source }: Feed): boolean {
    const queue = this.#task.group.queueOf(source);
    const { bufferedRecordsPerPartition, bufferedBytesPerPartition } = this.#limits;
    return queue !== undefined && (queue.size > bufferedRecordsPerPartition || queue.bytes > bufferedBytesPerPartition);
  }

  #resume(feed: Feed): void {
    if (!feed.full && !feed.preparing) this.#reader.resume([feed]);
  }
}
