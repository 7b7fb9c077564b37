import { createHash } from 'node:crypto';
import { type Frame, type FrameReference, topics, UndecodableError } from '@sightline/schemas';
import { type LogReader, OffsetOutOfRangeError, type TopicPartition } from '../log/index.ts';
import type { Cell } from '../process/index.ts';

export type FoundFrame =
  | { readonly kind: 'found'; readonly frame: Frame; readonly jpeg: Buffer }
  | { readonly kind: 'missing'; readonly reason: string };

const missing = (reason: string): FoundFrame => ({ kind: 'missing', reason });

/** Fetches single records of `frames` by reference, without a group. Calls must not overlap. */
export class FrameReader {
  readonly #cell: Cell;
  readonly #reader: LogReader;

  constructor(cell: Cell, reader: LogReader) {
    this.#cell = cell;
    this.#reader = reader;
  }

  static async open(cell: Cell): Promise<FrameReader> {
    return new FrameReader(cell, await cell.log.reader({ maxBytesPerPartition: 64 * 1024 }));
  }

  /**
   * The picture that a reference names, checked by its SHA-256; or why it is missing. Rejects when the log cannot be
   * read now: try again.
   */
  async find(reference: FrameReference): Promise<FoundFrame> {
    const { partition, offset, sha256 } = reference;
    const impossible = await this.#impossible(reference);
    if (impossible !== undefined) return missing(impossible);
    const place = { topic: this.#cell.name(topics.frames), partition };
    this.#reader.seek(place, BigInt(offset));
    try {
      for (;;) {
        const batches = await this.#reader.fetch();
        if (batches.length === 0 && (await this.#endsBefore(place, BigInt(offset))))
          return missing('the log ends before the picture');
        for (const batch of batches) {
          const record = batch.records.find(found => found.offset === BigInt(offset));
          if (record !== undefined)
            return proved(await this.#cell.decode(topics.frames, record, { partition }), sha256);
          if (batch.nextOffset > BigInt(offset)) return missing('the log no longer has the record');
        }
      }
    } catch (error) {
      if (error instanceof OffsetOutOfRangeError) return this.#outOfRange(place, BigInt(offset));
      if (error instanceof UndecodableError) return missing(`the record does not decode: ${error.message}`);
      throw error;
    } finally {
      this.#reader.remove([place]);
    }
  }

  /** Why no record can be where the reference says, or undefined. */
  async #impossible({ topic, partition, offset }: FrameReference): Promise<string | undefined> {
    if (topic !== topics.frames.name) return `the reference names another topic than ${topics.frames.name}`;
    if (!Number.isSafeInteger(offset) || offset < 0) return `the reference names offset ${offset}, which no record has`;
    if (partition >= 0 && partition < this.#cell.partitions(topics.frames)) return undefined;
    const name = this.#cell.name(topics.frames);
    const count = (await this.#cell.log.admin.partitionCounts([name])).get(name) ?? 0; // partitions may have been added
    if (partition >= 0 && partition < count) return undefined;
    return `the reference names partition ${partition}, but ${topics.frames.name} has ${count} partitions`;
  }

  async #endsBefore(place: TopicPartition, offset: bigint): Promise<boolean> {
    const [end] = await this.#cell.log.admin.listOffsets([place], 'latest-committed');
    return end !== undefined && offset >= end.offset;
  }

  async #outOfRange(place: TopicPartition, offset: bigint): Promise<FoundFrame> {
    if (await this.#endsBefore(place, offset)) return missing('the log ends before the picture');
    return missing('retention deleted the picture');
  }

  close(): Promise<void> {
    return this.#reader.close();
  }
}

function proved(frame: Frame, sha256: string): FoundFrame {
  if (frame.jpeg === null) return missing('the record has no picture');
  const found = createHash('sha256').update(frame.jpeg).digest('hex');
  if (found !== sha256) return missing(`the record has another picture (SHA-256 ${found})`);
  return { kind: 'found', frame, jpeg: frame.jpeg };
}
