import type { AnyTopic } from '@sightline/schemas';
import {
  type Assignment,
  type FetchedBatch,
  type GroupMember,
  LogError,
  type LogReader,
  OffsetOutOfRangeError,
  type TopicPartition,
} from '../log/index.ts';
import type { Cell } from './cell.ts';

export interface GroupReaderOptions {
  readonly cell: Cell;
  /** Without the cell's prefix. */
  readonly group: string;
  readonly topic: AnyTopic;
  readonly maxBytesPerPartition?: number;
  /** KIP-345: a process started again under the same id has its partitions back at once. */
  readonly instanceId?: string | undefined;
  /** These partitions are another member's from now on: forget what was read of them. Called synchronously. */
  onLost?(partitions: readonly number[]): void;
  onGained?(partitions: readonly number[]): void;
  /** Records between the committed offset and the log's start are gone by retention. */
  onPassedOver?(partition: number, from: bigint, to: bigint): void;
  onFatal(error: unknown): void;
}

const FENCED = 'MEMBER_FENCED';
/** Heartbeats go out twice a second: this long without an answer the group's coordinator is away. */
const AWAY_AFTER_MS = 5_000;

/**
 * One topic's partitions as the group hands them out, each read from its committed offset (its start when there is
 * none). What was fetched of a partition is only given out while it is ours; offsets are committed by the caller.
 */
export class GroupReader {
  readonly #options: GroupReaderOptions;
  readonly #reader: LogReader;
  readonly #topic: string;
  #member: Promise<GroupMember> | undefined;
  #turn = 0;
  #heardAtMs = performance.now();
  #owned = new Set<number>();

  private constructor(options: GroupReaderOptions, reader: LogReader) {
    this.#options = options;
    this.#reader = reader;
    this.#topic = options.cell.name(options.topic);
  }

  static async open(options: GroupReaderOptions): Promise<GroupReader> {
    const { cell, group, maxBytesPerPartition, instanceId } = options;
    const reader = await cell.log.reader(maxBytesPerPartition === undefined ? {} : { maxBytesPerPartition });
    const made = new GroupReader(options, reader);
    made.#member = cell.log.join({
      groupId: cell.groupId(group),
      topics: [made.#topic],
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

  get partitions(): readonly number[] {
    return [...this.#owned];
  }

  #at = (partition: number): TopicPartition => ({ topic: this.#topic, partition });

  /** What keeps records from coming, or undefined. */
  get trouble(): string | undefined {
    const silentMs = performance.now() - this.#heardAtMs;
    if (silentMs < AWAY_AFTER_MS) return undefined;
    return `Kafka has not answered group ${this.#options.group} for ${Math.round(silentMs / 1_000)} s: waiting`;
  }

  #assigned({ partitions }: Assignment): void {
    this.#heardAtMs = performance.now();
    const turn = ++this.#turn;
    const mine = new Set(partitions.map(({ partition }) => partition));
    const lost = [...this.#owned].filter(partition => !mine.has(partition));
    this.#reader.remove(lost.map(this.#at));
    this.#owned = new Set([...this.#owned].filter(partition => mine.has(partition)));
    if (lost.length > 0) this.#options.onLost?.(lost);
    const gained = [...mine].filter(partition => !this.#owned.has(partition));
    if (gained.length > 0) void this.#start(gained, turn).catch(this.#options.onFatal);
  }

  async #start(gained: readonly number[], turn: number): Promise<void> {
    const member = await this.#member;
    if (member === undefined) return;
    const committed = await member.committed(gained.map(this.#at));
    const fresh = committed.filter(({ offset }) => offset === undefined).map(({ partition }) => this.#at(partition));
    const starts = fresh.length === 0 ? [] : await this.#options.cell.log.admin.listOffsets(fresh, 'earliest');
    if (turn !== this.#turn) return; // a later assignment starts what is ours then
    for (const { partition, offset } of committed) {
      const start = offset ?? starts.find(found => found.partition === partition)?.offset ?? 0n;
      this.#owned.add(partition);
      this.#reader.seek(this.#at(partition), start);
    }
    this.#options.onGained?.(gained);
  }

  /** The next batches of partitions that are ours and not paused; [] after a short wait without any. */
  async fetch(): Promise<readonly FetchedBatch[]> {
    try {
      const batches = await this.#reader.fetch();
      return batches.filter(({ partition }) => this.#owned.has(partition));
    } catch (error) {
      if (!(error instanceof OffsetOutOfRangeError)) throw error;
      const [start] = await this.#options.cell.log.admin.listOffsets([this.#at(error.partition)], 'earliest');
      if (start === undefined || !this.#owned.has(error.partition)) return [];
      this.#options.onPassedOver?.(error.partition, error.offset, start.offset);
      this.#reader.seek(this.#at(error.partition), start.offset);
      return [];
    }
  }

  pause(partition: number): void {
    this.#reader.pause([this.#at(partition)]);
  }
  resume(partition: number): void {
    this.#reader.resume([this.#at(partition)]);
  }

  /**
   * Commits the next offsets to read. Those of partitions no longer ours are left out; a commit during a rebalance is
   * given up quietly: the next one carries the offset, or another member reads a little again.
   */
  async commit(offsets: ReadonlyMap<number, bigint>): Promise<void> {
    const member = await this.#member;
    const ours = [...offsets].filter(([partition]) => this.#owned.has(partition));
    if (member === undefined || ours.length === 0) return;
    try {
      await member.commit(ours.map(([partition, offset]) => ({ ...this.#at(partition), offset })));
    } catch (error) {
      if (!(error instanceof LogError) || (error.code !== FENCED && !error.retriable)) throw error;
    }
  }

  async close(): Promise<void> {
    const member = await this.#member?.catch(() => undefined);
    await this.#reader.close();
    await member?.leave();
  }
}
