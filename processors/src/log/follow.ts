import { type Clock, passed, systemClock } from './clock.ts';
import { LogError, OffsetOutOfRangeError } from './errors.ts';
import type { FetchedBatch, LogClient, LogReader, ReaderOptions, TopicPartition } from './log-client.ts';

/**
 * Start of a follower. A partition that `offsets` does not name starts at its beginning. `topicId`: the topic that the
 * offsets belong to; default: the present one.
 */
export type FollowFrom =
  | 'earliest'
  | 'latest'
  | { readonly timestampMs: number }
  | { readonly offsets: ReadonlyMap<number, bigint>; readonly topicId?: string | undefined };

/** The log no longer holds the follower's position; the follower goes on at `to`, the start of the log. */
export interface FollowReset {
  readonly partition: number;
  readonly from: bigint;
  readonly to: bigint;
  /**
   * `expired`: retention deleted the records from `from` to `to`. `recreated`: the topic has another id, or the log
   * ends below `from`. All offsets mean other records now.
   */
  readonly reason: 'expired' | 'recreated';
}

/** A reset by a follower, which also knows the topic's id. */
export interface TopicReset extends FollowReset {
  /** The present id of the topic. When it has changed, every partition is reset. */
  readonly topicId: string;
}

export interface FollowOptions {
  /** Complete name. */
  readonly topic: string;
  readonly partitions: readonly number[];
  readonly from: FollowFrom;
  readonly reader?: ReaderOptions;
  /** Default: the machine's clock. */
  readonly clock?: Clock;
  /** Called once, before the first batch: the first offset read, by partition number, and the topic's id. */
  onStart?(starts: ReadonlyMap<number, bigint>, topicId: string): void;
  /**
   * Called for each batch, in order within a partition, one call at a time. After a rejection it gets the batch again,
   * after a wait. `close` aborts `signal`.
   */
  handle(batch: FetchedBatch, signal: AbortSignal): Promise<void> | void;
  onReset?(reset: TopicReset): void;
}

const FIRST_WAIT_MS = 100;
const MAX_WAIT_MS = 5_000;

type PresentOffset = 'latest' | 'latest-committed';

interface Waiting {
  /** The topic that the targets belong to. */
  readonly topicId: string;
  /** The offset that the position must reach, by partition. */
  readonly targets: ReadonlyMap<number, bigint>;
  /** `reset`: the follower was reset meanwhile, so the targets must be found again. */
  resolve(outcome: 'reached' | 'reset'): void;
  reject(error: unknown): void;
}

/**
 * Reads partitions of a topic without a group, until `close`. It waits through lost connections and a log that is down.
 * A lost position causes a reset. A topic that was deleted and created again causes a reset of every partition, at any
 * offsets: `handle` gets each record of the new topic.
 */
export class Follower {
  readonly #log: LogClient;
  readonly #options: FollowOptions;
  readonly #clock: Clock;
  readonly #closing = new AbortController();
  readonly #positions = new Map<number, bigint>();
  /** Resolves when it is closed. */
  readonly closed: Promise<void>;
  #handling: Promise<void> | undefined;
  #reader: LogReader | undefined;
  #topicId = '';
  readonly #started = Promise.withResolvers<void>();
  #waiting: Waiting[] = [];
  #trouble: string | undefined;

  constructor(log: LogClient, options: FollowOptions) {
    this.#log = log;
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.closed = new Promise(resolve => this.#closing.signal.addEventListener('abort', () => resolve()));
    void this.#run();
  }

  /** Why it cannot read at present, or undefined. */
  get trouble(): string | undefined {
    return this.#trouble;
  }

  /** The next offset to read; undefined before the start is known. */
  position(partition: number): bigint | undefined {
    return this.#positions.get(partition);
  }

  /**
   * Resolves once all records present at the call were handled. `latest-committed`: up to the first transaction that was
   * open then. `latest`: it waits for the end of such transactions. Rejects with LOG_CLOSED after `close`.
   */
  caughtUp(
    partitions: readonly number[] = this.#options.partitions,
    upTo: PresentOffset = 'latest-committed',
  ): Promise<void> {
    return this.#reached(partitions, upTo);
  }

  /**
   * Resolves once the record at this offset was handled or skipped, or its topic was created again and the new one is
   * handled. Rejects with LOG_CLOSED after `close`.
   */
  passed({ partition, offset }: { readonly partition: number; readonly offset: bigint }): Promise<void> {
    return this.#reached([partition], 'latest', offset + 1n);
  }

  /** Starts no further call of `handle`, and waits for a running one. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#reader?.close().catch(() => {});
    await this.#handling?.catch(() => {});
    for (const { reject } of this.#waiting) reject(closed());
    this.#waiting = [];
  }

  readonly #at = (partition: number): TopicPartition => ({ topic: this.#options.topic, partition });

  get #isClosed(): boolean {
    return this.#closing.signal.aborted;
  }

  async #run(): Promise<void> {
    await this.#patiently(() => this.#start()).catch(() => {}); // rejects only when closed
    while (!this.#isClosed) await this.#patiently(() => this.#step()).catch(() => {});
  }

  /** Repeats until it works, with longer and longer waits. Rejects with LOG_CLOSED after `close`. */
  async #patiently<T>(attempt: () => Promise<T>): Promise<T> {
    for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(waitMs * 2, MAX_WAIT_MS)) {
      if (this.#isClosed) throw closed();
      try {
        const done = await attempt();
        this.#trouble = undefined;
        return done;
      } catch (error) {
        if (this.#isClosed) throw closed();
        this.#trouble = error instanceof Error ? error.message : String(error);
        await Promise.race([passed(this.#clock, waitMs), this.closed]);
      }
    }
  }

  async #start(): Promise<void> {
    const { from, partitions, onStart } = this.#options;
    const at = typeof from === 'object' && 'offsets' in from ? 'earliest' : from;
    const where = at === 'latest' ? 'latest-committed' : at;
    const given = typeof from === 'object' && 'offsets' in from ? from : undefined;
    const topicId = given?.topicId ?? (await this.#presentId()); // before the offsets: a later topic then causes a reset
    const starts = await this.#log.admin.listOffsets(partitions.map(this.#at), where);
    for (const { partition, offset } of starts) this.#positions.set(partition, given?.offsets.get(partition) ?? offset);
    this.#topicId = topicId;
    onStart?.(new Map(this.#positions), topicId);
    this.#started.resolve();
  }

  async #step(): Promise<void> {
    try {
      this.#reader ??= await this.#open();
      for (const batch of await this.#reader.fetch()) {
        if (this.#isClosed) return;
        this.#handling = Promise.resolve(this.#options.handle(batch, this.#closing.signal));
        await this.#handling;
        this.#positions.set(batch.partition, batch.nextOffset);
        this.#tell();
      }
    } catch (error) {
      await this.#reader?.close().catch(() => {}); // the next one begins at the handled position
      this.#reader = undefined;
      if (!(error instanceof OffsetOutOfRangeError)) throw error;
      await this.#reset(error);
    }
  }

  async #open(): Promise<LogReader> {
    const reader = await this.#log.reader({ isolation: 'read_committed', maxWaitMs: 50, ...this.#options.reader });
    for (const [partition, offset] of this.#positions) reader.seek(this.#at(partition), offset, this.#topicId);
    if (this.#isClosed) await reader.close();
    return reader;
  }

  async #reset({ partition }: OffsetOutOfRangeError): Promise<void> {
    const topicId = await this.#presentId();
    const isNew = topicId !== this.#topicId;
    const lost = (isNew ? this.#options.partitions : [partition]).map(this.#at);
    const starts = await this.#log.admin.listOffsets(lost, 'earliest');
    const ends = await this.#log.admin.listOffsets(lost, 'latest-committed');
    this.#topicId = topicId;
    for (const start of starts) {
      const end = ends.find(each => each.partition === start.partition)?.offset ?? start.offset;
      const from = this.#positions.get(start.partition) ?? 0n;
      if (!isNew && start.offset <= from && from <= end) continue;
      const reason = !isNew && from < start.offset ? 'expired' : 'recreated';
      this.#positions.set(start.partition, start.offset);
      this.#options.onReset?.({ partition: start.partition, from, to: start.offset, reason, topicId });
    }
    for (const { resolve } of this.#waiting.splice(0)) resolve('reset');
  }

  /** Waits for the offsets that the partitions have now, and no further than for `upTo`. */
  async #reached(partitions: readonly number[], at: PresentOffset, upTo?: bigint): Promise<void> {
    await Promise.race([this.#started.promise, this.closed]);
    for (;;) {
      const { topicId, ends } = await this.#patiently(() => this.#present(partitions, at));
      const targets = new Map(
        ends.map(({ partition, offset }) => [partition, upTo !== undefined && upTo < offset ? upTo : offset]),
      );
      if (this.#isClosed) throw closed();
      if (topicId !== this.#topicId) await Promise.race([passed(this.#clock, FIRST_WAIT_MS), this.closed]);
      else if ((await this.#waitFor(topicId, targets)) === 'reached') return;
    }
  }

  #waitFor(topicId: string, targets: ReadonlyMap<number, bigint>): Promise<'reached' | 'reset'> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ topicId, targets, resolve, reject });
      this.#tell();
    });
  }

  /** Offsets of the present topic, and its id. */
  async #present(partitions: readonly number[], at: PresentOffset) {
    for (;;) {
      const topicId = await this.#presentId();
      const ends = await this.#log.admin.listOffsets(partitions.map(this.#at), at);
      if (topicId === (await this.#presentId())) return { topicId, ends };
    }
  }

  #presentId(): Promise<string> {
    return this.#log.admin.topicId(this.#at(this.#options.partitions[0] ?? 0));
  }

  #tell(): void {
    const isReached = ({ topicId, targets }: Waiting): boolean =>
      topicId === this.#topicId &&
      [...targets].every(([partition, offset]) => (this.#positions.get(partition) ?? 0n) >= offset);
    const reached = this.#waiting.filter(isReached);
    if (reached.length === 0) return;
    this.#waiting = this.#waiting.filter(waiting => !reached.includes(waiting));
    for (const { resolve } of reached) resolve('reached');
  }
}

const closed = (): LogError => new LogError('LOG_CLOSED', 'the follower is closed');
