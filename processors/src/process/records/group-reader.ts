import type { AnyTopic } from '@sightline/schemas';
import {
  type Assignment,
  type FetchedBatch,
  type FollowReset,
  type GroupMember,
  LogError,
  type LogReader,
  type OffsetCommit,
  OffsetOutOfRangeError,
  type TopicPartition,
} from '../../log/index.ts';
import type { Cell } from '../cell/cell.ts';
import { retryForever } from './retry.ts';

/** A partition of one of the reader's topics. */
export interface Place {
  readonly topic: AnyTopic;
  readonly partition: number;
}

/** The records that one fetch gave for one partition. */
export type GroupBatch = Place & Pick<FetchedBatch, 'records' | 'nextOffset' | 'highWatermark'>;

export interface GroupReaderOptions {
  readonly cell: Cell;
  /** Without the cell's prefix. */
  readonly group: string;
  readonly topics: readonly AnyTopic[];
  readonly maxBytesPerPartition?: number;
  /** KIP-345: a process that restarts with the same id gets its partitions back at once. */
  readonly instanceId?: string | undefined;
  /**
   * Another member now has these partitions, or their topic was deleted and created again: forget their records.
   * Called synchronously.
   */
  onLost?(places: readonly Place[]): void;
  /**
   * The log no longer holds the committed offset, or that offset belongs to an earlier topic of the name: reading goes
   * on at the reset's `to`.
   */
  onReset?(topic: AnyTopic, reset: FollowReset): void;
  onFatal(error: unknown): void;
}

const FENCED = 'MEMBER_FENCED';
/** Heartbeats go out twice a second; after this long without an answer the coordinator counts as down. */
const AWAY_AFTER_MS = 5_000;

/** A partition of this member, and the id of the topic that it reads. */
interface Owned extends TopicPartition {
  readonly topicId: string;
}

/**
 * Reads the partitions that the group assigns, each from its committed offset, or from its start when there is none. It
 * returns a partition's records only while this member owns the partition. The caller commits offsets. Their metadata
 * is the topic's id: a topic that was deleted and created again is read from its start, whatever was committed.
 */
export class GroupReader {
  readonly #options: GroupReaderOptions;
  readonly #reader: LogReader;
  readonly #topics: ReadonlyMap<string, AnyTopic>;
  readonly #closing = new AbortController();
  #member: Promise<GroupMember> | undefined;
  #turn = 0;
  #heardAtMs = performance.now();
  #trouble: string | undefined;
  #owned = new Map<string, Owned>();

  private constructor(options: GroupReaderOptions, reader: LogReader) {
    this.#options = options;
    this.#reader = reader;
    this.#topics = new Map(options.topics.map(topic => [options.cell.name(topic), topic]));
  }

  static async open(options: GroupReaderOptions): Promise<GroupReader> {
    const { cell, group, maxBytesPerPartition, instanceId } = options;
    const reader = await cell.log.reader(maxBytesPerPartition === undefined ? {} : { maxBytesPerPartition });
    const made = new GroupReader(options, reader);
    made.#member = cell.log.join({
      groupId: cell.groupId(group),
      topics: [...made.#topics.keys()],
      ...(instanceId !== undefined && { instanceId }),
      onAssigned: assignment => made.#assigned(assignment),
      onHeartbeat: () => {
        made.#heardAtMs = performance.now();
      },
      onFatal: options.onFatal,
    });
    await made.#member;
    return made;
  }

  get places(): readonly Place[] {
    return this.#placesOf([...this.#owned.values()]);
  }

  /** Why no records come at present, or undefined. */
  get trouble(): string | undefined {
    if (this.#trouble !== undefined) return this.#trouble;
    const silentMs = performance.now() - this.#heardAtMs;
    if (silentMs < AWAY_AFTER_MS) return undefined;
    return `Kafka has not answered group ${this.#options.group} for ${Math.round(silentMs / 1_000)} s: waiting`;
  }

  #placesOf(partitions: readonly TopicPartition[]): readonly Place[] {
    return partitions.flatMap(({ topic: name, partition }) => {
      const topic = this.#topics.get(name);
      return topic === undefined ? [] : [{ topic, partition }];
    });
  }

  readonly #at = ({ topic, partition }: Place): TopicPartition => ({
    topic: this.#options.cell.name(topic),
    partition,
  });

  #assigned({ partitions }: Assignment): void {
    this.#heardAtMs = performance.now();
    const turn = ++this.#turn;
    const mine = new Map(partitions.map(place => [nameOf(place), place]));
    const lost = [...this.#owned.values()].filter(place => !mine.has(nameOf(place)));
    this.#reader.remove(lost);
    for (const place of lost) this.#owned.delete(nameOf(place));
    if (lost.length > 0) this.#options.onLost?.(this.#placesOf(lost));
    const gained = [...mine.values()].filter(place => !this.#owned.has(nameOf(place)));
    if (gained.length > 0) void this.#patiently('committed offsets', () => this.#start(gained, turn)).catch(() => {}); // closed meanwhile
  }

  /** Repeats until it succeeds or the reader is closed. */
  async #patiently<T>(what: string, attempt: () => Promise<T>): Promise<T> {
    const done = await retryForever(attempt, {
      signal: this.#closing.signal,
      onFailure: error => {
        const message = error instanceof Error ? error.message : String(error);
        this.#trouble = `group ${this.#options.group} does not get its ${what}: ${message}`;
      },
    });
    this.#trouble = undefined;
    return done;
  }

  async #start(gained: readonly TopicPartition[], turn: number): Promise<void> {
    const member = await this.#member;
    if (member === undefined || turn !== this.#turn) return;
    const committed = await member.committed(gained);
    const ids = await this.#idsOf(gained);
    const isOld = ({ topic, metadata }: (typeof committed)[number]): boolean =>
      metadata !== '' && metadata !== ids.get(topic);
    const starts = await this.#startsOf(committed.filter(found => found.offset === undefined || isOld(found)));
    if (turn !== this.#turn) return; // a later assignment starts the owned partitions
    for (const { topic, partition, offset, metadata } of committed) {
      const place = { topic, partition };
      const start = starts.get(nameOf(place)) ?? 0n;
      const isNew = offset !== undefined && isOld({ ...place, offset, metadata });
      this.#startAt({ ...place, topicId: ids.get(topic) ?? '' }, isNew ? start : (offset ?? start));
      const declared = this.#topics.get(topic);
      if (isNew && declared !== undefined)
        this.#options.onReset?.(declared, { partition, from: offset, to: start, reason: 'recreated' });
    }
  }

  #startAt(place: Owned, offset: bigint): void {
    this.#owned.set(nameOf(place), place);
    this.#reader.seek(place, offset, place.topicId);
  }

  /** The present id of each topic. */
  async #idsOf(places: readonly TopicPartition[]): Promise<ReadonlyMap<string, string>> {
    const ids = new Map<string, string>();
    for (const place of places)
      if (!ids.has(place.topic)) ids.set(place.topic, await this.#options.cell.log.admin.topicId(place));
    return ids;
  }

  async #startsOf(places: readonly TopicPartition[]): Promise<ReadonlyMap<string, bigint>> {
    if (places.length === 0) return new Map();
    const plain = places.map(({ topic, partition }) => ({ topic, partition }));
    const starts = await this.#options.cell.log.admin.listOffsets(plain, 'earliest');
    return new Map(starts.map(start => [nameOf(start), start.offset]));
  }

  /** The next batches of owned partitions that are not paused; [] after a short wait without any. */
  async fetch(): Promise<readonly GroupBatch[]> {
    try {
      const batches = await this.#reader.fetch();
      return batches.flatMap(batch => {
        const topic = this.#owned.has(nameOf(batch)) ? this.#topics.get(batch.topic) : undefined;
        const { partition, records, nextOffset, highWatermark } = batch;
        return topic === undefined ? [] : [{ topic, partition, records, nextOffset, highWatermark }];
      });
    } catch (error) {
      if (!(error instanceof OffsetOutOfRangeError)) throw error;
      await this.#patiently('place in the log', () => this.#reset(error));
      return [];
    }
  }

  async #reset({ topic, partition, offset: from }: OffsetOutOfRangeError): Promise<void> {
    const place = { topic, partition };
    const topicId = (await this.#idsOf([place])).get(topic) ?? '';
    const to = (await this.#startsOf([place])).get(nameOf(place)) ?? 0n;
    const declared = this.#topics.get(topic);
    const owned = this.#owned.get(nameOf(place));
    if (declared === undefined || owned === undefined) return;
    const reason = owned.topicId === topicId && from < to ? 'expired' : 'recreated';
    if (reason === 'recreated') this.#options.onLost?.([{ topic: declared, partition }]);
    this.#options.onReset?.(declared, { partition, from, to, reason });
    this.#startAt({ ...place, topicId }, to);
  }

  pause(place: Place): void {
    this.#reader.pause([this.#at(place)]);
  }
  resume(place: Place): void {
    this.#reader.resume([this.#at(place)]);
  }

  /**
   * Commits the next offsets to read. It leaves out partitions that this member no longer owns. A commit refused by a
   * rebalance is dropped: the next commit has the offset, or another member reads a few records again.
   */
  async commit(offsets: readonly (Place & { readonly offset: bigint })[]): Promise<void> {
    const ours = offsets.flatMap(({ offset, ...place }): readonly OffsetCommit[] => {
      const at = this.#at(place);
      const owned = this.#owned.get(nameOf(at));
      return owned === undefined ? [] : [{ ...at, offset, metadata: owned.topicId }];
    });
    const member = await this.#member;
    if (member === undefined || ours.length === 0) return;
    try {
      await member.commit(ours);
    } catch (error) {
      if (!(error instanceof LogError) || (error.code !== FENCED && !error.retriable)) throw error;
    }
  }

  async close(): Promise<void> {
    this.#closing.abort();
    const member = await this.#member?.catch(() => undefined);
    await this.#reader.close();
    await member?.leave();
  }
}

const nameOf = ({ topic, partition }: TopicPartition): string => `${topic}/${partition}`;
