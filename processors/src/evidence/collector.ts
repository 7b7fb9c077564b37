import { topics } from '@sightline/schemas';
import { LRUCache } from 'lru-cache';
import type { BlobStore } from '../blobs/index.ts';
import { type Cell, type GroupBatch, GroupReader, type HealthReport, type Logger } from '../process/index.ts';
import { type CollectorFigures, type Kept, PartitionCollector } from './partition-collector.ts';

/** Largest number of open violations whose still is remembered; the still of a forgotten one is copied again. */
const REMEMBERED = 100_000;

export interface CollectorOptions {
  readonly cell: Cell;
  readonly blobs: BlobStore;
  readonly logger: Logger;
  readonly signal: AbortSignal;
  readonly instanceId?: string | undefined;
  fail(error: unknown): void;
}

/**
 * Group `evidence`: copies the proof of each violation when it opens, when its peak moves to another frame, and when it
 * closes. Partitions go on apart: one that cannot go on at present stops no other.
 * It commits offsets after the evidence is acknowledged. Reading a record again gives the same files and records.
 */
export class Collector {
  readonly #options: CollectorOptions;
  readonly #kept = new LRUCache<string, Kept>({ max: REMEMBERED });
  readonly #figures: CollectorFigures = { stills: 0, passedOver: 0, missing: 0, records: 0 };
  readonly #partitions = new Map<number, PartitionCollector>();
  #reader: GroupReader | undefined;

  constructor(options: CollectorOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    const { cell, instanceId, fail, signal } = this.#options;
    this.#reader = await GroupReader.open({
      cell,
      group: 'evidence',
      topics: [topics.violations],
      instanceId,
      onLost: places => {
        for (const { partition } of places) this.#forget(partition);
      },
      onFatal: fail,
    });
    void this.#run(this.#reader).catch(error => {
      if (!signal.aborted) fail(error);
    });
  }

  /** Reading of a partition pauses while its records are worked on. */
  async #run(reader: GroupReader): Promise<void> {
    while (!this.#options.signal.aborted) {
      for (const batch of await reader.fetch()) {
        reader.pause(batch);
        void this.#collect(reader, batch).catch(error => this.#options.fail(error));
      }
    }
  }

  async #collect(reader: GroupReader, batch: GroupBatch): Promise<void> {
    const { topic, partition } = batch;
    const collector = this.#partitions.get(partition) ?? this.#begin(reader, batch);
    try {
      await collector.collect(batch);
    } catch (error) {
      if (this.#partitions.get(partition) !== collector || this.#options.signal.aborted) return; // closed
      throw error;
    }
    if (this.#partitions.get(partition) === collector) reader.resume({ topic, partition });
  }

  #begin(reader: GroupReader, { topic, partition }: GroupBatch): PartitionCollector {
    const { cell, blobs, logger } = this.#options;
    const collector = new PartitionCollector({
      ...{ cell, blobs, logger, partition, kept: this.#kept, figures: this.#figures },
      commit: offset => reader.commit([{ topic, partition, offset }]),
    });
    this.#partitions.set(partition, collector);
    return collector;
  }

  /** Another member has the partition now. */
  #forget(partition: number): void {
    const collector = this.#partitions.get(partition);
    this.#partitions.delete(partition);
    void collector?.close();
  }

  report(): HealthReport {
    const troubles = [...this.#partitions.values()].map(({ trouble }) => trouble);
    const reason = this.#reader?.trouble ?? troubles.find(trouble => trouble !== undefined);
    const { stills, missing, records, passedOver } = this.#figures;
    return {
      status: reason === undefined ? 'healthy' : 'degraded',
      details: {
        ...(reason !== undefined && { reason }),
        partitions: this.#reader?.places.map(({ partition }) => partition) ?? [],
        violationRecords: records,
        stills,
        missing,
        violationsPassedOver: passedOver,
      },
    };
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#partitions.values()].map(collector => collector.close()));
    await this.#reader?.close();
  }
}
