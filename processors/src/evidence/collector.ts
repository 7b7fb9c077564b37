import { topics, UndecodableError, type Violation } from '@sightline/schemas';
import { LRUCache } from 'lru-cache';
import type { BlobStore } from '../blobs/index.ts';
import type { LogRecord } from '../log/index.ts';
import { type Cell, GroupReader, type HealthReport, type Logger, retryForever, Sender } from '../process/index.ts';
import { FrameReader } from './frame-reader.ts';
import { copyEvidence, frameKey, type KeptFiles, shownFrame } from './still.ts';

/** Largest number of open violations whose still is remembered; the still of a forgotten one is copied again. */
const REMEMBERED = 100_000;
/** Largest number of stills for one open violation as its peak moves; the close may add one more. */
const MOST_STILLS = 8;

/** What is kept of an open violation. */
interface Kept {
  /** Frame of the still. */
  readonly frame: string | undefined;
  readonly stills: number;
  readonly files: KeptFiles;
}

const NOTHING: Kept = { frame: undefined, stills: 0, files: new Map() };

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
 * closes.
 * It commits offsets after the evidence is acknowledged. Reading a record again gives the same files and records.
 */
export class Collector {
  readonly #options: CollectorOptions;
  readonly #sender: Sender;
  readonly #kept = new LRUCache<string, Kept>({ max: REMEMBERED });
  #reader: GroupReader | undefined;
  #frames: FrameReader | undefined;
  #trouble: string | undefined;
  #stills = 0;
  #passedOver = 0;
  #missing = 0;
  #records = 0;

  constructor(options: CollectorOptions) {
    this.#options = options;
    this.#sender = new Sender(options.cell.log);
  }

  async start(): Promise<void> {
    const { cell, instanceId, fail } = this.#options;
    this.#frames = await FrameReader.open(cell);
    this.#reader = await GroupReader.open({
      cell,
      group: 'evidence',
      topics: [topics.violations],
      instanceId,
      onFatal: fail,
    });
    void this.#run(this.#reader, this.#frames).catch(error => {
      if (!this.#options.signal.aborted) fail(error);
    });
  }

  async #run(reader: GroupReader, frames: FrameReader): Promise<void> {
    while (!this.#options.signal.aborted) {
      for (const { topic, partition, records, nextOffset: offset } of await reader.fetch()) {
        for (const record of records) await this.#patiently(() => this.#take(partition, record, frames));
        await this.#patiently(() => reader.commit([{ topic, partition, offset }]));
      }
    }
  }

  /** Repeats until it succeeds: a full disk or a missing broker must not lose evidence. */
  async #patiently(attempt: () => Promise<void>): Promise<void> {
    const { signal, logger } = this.#options;
    await retryForever(attempt, {
      signal,
      onFailure: (error, waitMs) => {
        this.#trouble = `cannot store evidence: ${error instanceof Error ? error.message : error}; trying again`;
        logger.warn({ err: error, waitMs }, 'cannot store evidence');
      },
    });
    this.#trouble = undefined;
  }

  async #take(partition: number, record: LogRecord, frames: FrameReader): Promise<void> {
    const { cell, logger, signal } = this.#options;
    let violation: Violation;
    try {
      violation = await cell.decode(topics.violations, record, signal);
    } catch (error) {
      if (!(error instanceof UndecodableError)) throw error;
      // The sink owns the topic and writes the dead letter.
      logger.error(
        { partition, offset: String(record.offset), err: error },
        'a violation is passed over: it does not decode',
      );
      this.#passedOver++;
      return;
    }
    await this.#prove(violation, frames);
    this.#records++;
  }

  /** Copies what the violation shows, unless all of it is kept already. */
  async #prove(violation: Violation, frames: FrameReader): Promise<void> {
    const { violationId, cameraId, revision, state } = violation;
    const shown = shownFrame(violation);
    const frame = shown === undefined ? '' : frameKey(shown.lineage);
    const known = this.#kept.get(violationId) ?? NOTHING;
    const closes = state === 'closed';
    const moved = known.frame !== frame && (closes || known.stills < MOST_STILLS);
    let { files } = known;
    if (moved || closes) {
      const evidence = await copyEvidence(violation, known.files, frames, this.#options.blobs);
      const gone = evidence.files.length === 0;
      if (!gone) files = new Map(evidence.files.map(file => [file.role, file]));
      // When a later peak has no picture any more, the still from the opening stays.
      if (!gone || revision === 1)
        await this.#sender.send([this.#options.cell.outgoing(topics.evidence, cameraId, evidence)]);
      if (moved && gone) this.#missing++;
      else if (moved) this.#stills++;
    }
    if (closes) this.#kept.delete(violationId);
    else if (moved) this.#kept.set(violationId, { frame, stills: known.stills + 1, files });
  }

  report(): HealthReport {
    const reason = this.#reader?.trouble ?? this.#sender.trouble ?? this.#trouble;
    return {
      status: reason === undefined ? 'healthy' : 'degraded',
      details: {
        ...(reason !== undefined && { reason }),
        partitions: this.#reader?.places.map(({ partition }) => partition) ?? [],
        violationRecords: this.#records,
        stills: this.#stills,
        missing: this.#missing,
        violationsPassedOver: this.#passedOver,
      },
    };
  }

  async stop(): Promise<void> {
    await this.#sender.close(1_000);
    await this.#reader?.close();
    await this.#frames?.close();
  }
}
