import { type Evidence, topics, UndecodableError, type Violation } from '@sightline/schemas';
import type { LRUCache } from 'lru-cache';
import type { BlobStore } from '../blobs/index.ts';
import type { LogRecord, OutgoingRecord } from '../log/index.ts';
import { type Cell, type GroupBatch, type Logger, retryForever, Sender } from '../process/index.ts';
import { FrameReader } from './frame-reader.ts';
import { copyEvidence, frameKey, type KeptFiles, shownFrame } from './still.ts';

/** Largest number of stills for one open violation as its peak moves; the close may add one more. */
const MOST_STILLS = 8;
const STOP_WITHIN_MS = 1_000;

/** What is kept of an open violation. */
export interface Kept {
  /** Frame of the still. */
  readonly frame: string | undefined;
  readonly stills: number;
  readonly files: KeptFiles;
}

const NOTHING: Kept = { frame: undefined, stills: 0, files: new Map() };

/** What all partitions of a process did so far. */
export interface CollectorFigures {
  stills: number;
  passedOver: number;
  missing: number;
  records: number;
}

export interface PartitionCollectorOptions {
  readonly cell: Cell;
  readonly blobs: BlobStore;
  readonly logger: Logger;
  readonly partition: number;
  readonly kept: LRUCache<string, Kept>;
  readonly figures: CollectorFigures;
  commit(offset: bigint): Promise<void>;
}

/**
 * Copies the proof of one partition's violations, one record after the other. It repeats what fails, so a full disk or
 * a missing broker loses no evidence. Its connections are its own: other partitions do not wait for it.
 */
export class PartitionCollector {
  readonly #options: PartitionCollectorOptions;
  readonly #sender: Sender;
  readonly #ending = new AbortController();
  #frames: FrameReader | undefined;
  #trouble: string | undefined;

  constructor(options: PartitionCollectorOptions) {
    this.#options = options;
    this.#sender = new Sender(options.cell.log);
  }

  /** Why the partition does not go on at present, or undefined. */
  get trouble(): string | undefined {
    return this.#sender.trouble ?? this.#trouble;
  }

  /** Resolves when all records are proved and committed. Rejects only after `close`. */
  async collect({ records, nextOffset }: Pick<GroupBatch, 'records' | 'nextOffset'>): Promise<void> {
    for (const record of records) await this.#patiently(() => this.#take(record));
    await this.#patiently(() => this.#options.commit(nextOffset));
  }

  async #patiently(attempt: () => Promise<void>): Promise<void> {
    const { logger, partition } = this.#options;
    await retryForever(attempt, {
      signal: this.#ending.signal,
      onFailure: (error, waitMs) => {
        this.#trouble = `cannot store evidence: ${error instanceof Error ? error.message : error}; trying again`;
        logger.warn({ err: error, partition, waitMs }, 'cannot store evidence');
      },
    });
    this.#trouble = undefined;
  }

  async #take(record: LogRecord): Promise<void> {
    const { cell, logger, partition, figures } = this.#options;
    let violation: Violation;
    try {
      violation = await cell.decode(topics.violations, record, { partition, signal: this.#ending.signal });
    } catch (error) {
      if (!(error instanceof UndecodableError)) throw error;
      // The sink owns the topic and writes the dead letter.
      const place = { partition, offset: String(record.offset) };
      logger.error({ ...place, err: error }, 'a violation is passed over: it does not decode');
      figures.passedOver++;
      return;
    }
    await this.#prove(violation);
    figures.records++;
  }

  /** Copies what the violation shows, unless all of it is kept already. */
  async #prove(violation: Violation): Promise<void> {
    const { blobs, kept, figures } = this.#options;
    const { violationId, revision, state } = violation;
    const shown = shownFrame(violation);
    const frame = shown === undefined ? '' : frameKey(shown.lineage);
    const known = kept.get(violationId) ?? NOTHING;
    const closes = state === 'closed';
    const moved = known.frame !== frame && (closes || known.stills < MOST_STILLS);
    let { files } = known;
    if (moved || closes) {
      this.#frames ??= await FrameReader.open(this.#options.cell);
      const evidence = await copyEvidence(violation, known.files, this.#frames, blobs);
      const gone = evidence.files.length === 0;
      if (!gone) files = new Map(evidence.files.map(file => [file.role, file]));
      // When a later peak has no picture any more, the still from the opening stays.
      if (!gone || revision === 1) await this.#sender.send([this.#outgoing(evidence)]);
      if (moved && gone) figures.missing++;
      else if (moved) figures.stills++;
    }
    if (closes) kept.delete(violationId);
    else if (moved) kept.set(violationId, { frame, stills: known.stills + 1, files });
  }

  /** When the log refuses the record for its size, it gets one that says that the evidence is lost. */
  #outgoing(evidence: Evidence): OutgoingRecord {
    const { cell } = this.#options;
    const lost: Evidence = { ...evidence, files: [], missing: 'the log refused the evidence: it was too large' };
    const send = (value: Evidence): OutgoingRecord => cell.outgoing(topics.evidence, evidence.cameraId, value);
    return { ...send(evidence), ifTooLarge: send(lost) };
  }

  /** Starts nothing more, and ends what waits. */
  async close(): Promise<void> {
    this.#ending.abort();
    await this.#sender.close(STOP_WITHIN_MS);
    await this.#frames?.close();
  }
}
