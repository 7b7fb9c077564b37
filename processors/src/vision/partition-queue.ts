import type { Frame, ModelResult, Outcome } from '@sightline/schemas';
import type { LogRecord } from '../log/index.ts';
import type { PlannedModel } from './due-models.ts';
import type { FrameHead } from './frame-head.ts';
import type { Compared } from './shadow.ts';

export type SkipReason = 'newer' | 'undecodable' | 'model-failed';

/** A record of `frames` inside inference, with its outcome so far. */
export interface Passage {
  readonly partition: number;
  readonly offset: bigint;
  readonly head: FrameHead;
  /** When its record was written, by the writer's clock. */
  readonly writtenAtMs: number;
  readonly jpegBytes: number;
  /** The models of its plan; empty: none looks at the picture. */
  readonly models: readonly PlannedModel[];
  /** Those of them that look at it. */
  due: readonly PlannedModel[];
  /** Results of serving versions and their shadows. */
  compared: readonly Compared[];
  /** The picture; null once it is no longer needed. */
  jpeg: Buffer | null;
  state: 'waiting' | 'running' | 'done';
  outcome: Outcome;
  skipReason: SkipReason | null;
  /** The models' results; empty: no model looked. */
  results: readonly ModelResult[];
}

/** A record that did not decode, in its place in the queue. */
export interface Undecodable {
  readonly partition: number;
  readonly offset: bigint;
  readonly record: LogRecord;
  readonly error: unknown;
}

/** Where and when a frame was written. */
export type FramePlace = Pick<LogRecord, 'offset' | 'timestampMs'>;

export type Entry = Passage | Undecodable;
export const isUndecodable = <E extends object>(entry: E | Undecodable): entry is Undecodable => 'error' in entry;

/**
 * The records of one partition in offset order, from reading to publishing. Only the newest buffered picture of a live
 * camera waits for a model; the pictures that it overtakes are skipped at once. Pictures of files all wait.
 */
export class PartitionQueue {
  readonly #partition: number;
  readonly #entries: Entry[] = [];
  readonly #newest = new Map<string, Passage>();
  readonly #files = new Set<Passage>();
  /** Bytes of the pictures that wait or run. */
  pictureBytes = 0;

  constructor(partition: number) {
    this.#partition = partition;
  }

  get length(): number {
    return this.#entries.length;
  }
  /** The live pictures that wait for a model, one per camera. */
  waitingLive(): Iterable<Passage> {
    return this.#newest.values();
  }
  /** The pictures of files that wait for a model, in offset order. */
  waitingFiles(): Iterable<Passage> {
    return this.#files;
  }

  /** `models`: the models of its plan; none: the picture is only shown. */
  push({ offset, timestampMs }: FramePlace, { jpeg, ...head }: Frame, models: readonly PlannedModel[]): void {
    const passage: Passage = {
      partition: this.#partition,
      offset,
      head,
      writtenAtMs: timestampMs,
      jpegBytes: jpeg?.length ?? 0,
      jpeg,
      models,
      due: models,
      state: 'waiting',
      outcome: head.reason ?? 'detected',
      skipReason: null,
      results: [],
      compared: [],
    };
    this.#entries.push(passage);
    if (head.reason !== null) passage.state = 'done';
    else if (jpeg === null) this.#settle(passage, 'skipped', 'undecodable');
    else if (models.length === 0) this.#settle(passage, 'detected', null);
    else this.#await(passage);
  }

  pushUndecodable(record: LogRecord, error: unknown): void {
    this.#entries.push({ partition: this.#partition, offset: record.offset, record, error });
  }

  #await(passage: Passage): void {
    this.pictureBytes += passage.jpegBytes;
    if (passage.head.source === 'file') {
      this.#files.add(passage);
      return;
    }
    const overtaken = this.#newest.get(passage.head.cameraId);
    if (overtaken !== undefined) this.skip(overtaken, 'newer');
    this.#newest.set(passage.head.cameraId, passage);
  }

  /** Marks a waiting picture as given to a model. */
  run(passage: Passage): void {
    this.#noLongerWaits(passage);
    passage.state = 'running';
  }

  detected(passage: Passage, results: readonly ModelResult[], compared: readonly Compared[] = []): void {
    passage.results = results;
    passage.compared = compared;
    this.pictureBytes -= passage.jpegBytes;
    this.#settle(passage, 'detected', null);
  }

  /** Records that no model looked at this picture, and why. */
  skip(passage: Passage, reason: SkipReason): void {
    this.#noLongerWaits(passage);
    this.pictureBytes -= passage.jpegBytes;
    passage.jpeg = null;
    this.#settle(passage, 'skipped', reason);
  }

  #noLongerWaits(passage: Passage): void {
    const { cameraId } = passage.head;
    if (this.#newest.get(cameraId) === passage) this.#newest.delete(cameraId);
    this.#files.delete(passage);
  }

  #settle(passage: Passage, outcome: Outcome, skipReason: SkipReason | null): void {
    passage.outcome = outcome;
    passage.skipReason = skipReason;
    passage.state = 'done';
  }

  /** Takes the finished records at the head, in offset order. */
  takeDone(): readonly Entry[] {
    const unfinished = this.#entries.findIndex(entry => !isUndecodable(entry) && entry.state !== 'done');
    return this.#entries.splice(0, unfinished === -1 ? this.#entries.length : unfinished);
  }
}
