import { setTimeout as sleep } from 'node:timers/promises';
import type { CommittedOffset, LogRecord, TopicPartition } from '../log/index.ts';
import { type Block, BlockBuilder, type DeadRecord, type Origin, type Plan, readMark, writeMark } from './block.ts';
import { BlockInsert } from './block-insert.ts';
import type { BlockWriter } from './block-writer.ts';
import type { BuryDead } from './dead-letters.ts';
import type { RecordQueue } from './record-queue.ts';
import type { RecordRows, SinkTable } from './table.ts';

/** A block closes at the first of these limits that it reaches; the age limit is the table's. */
export interface BlockLimits {
  readonly maxRows: number;
  readonly maxBytes: number;
}

/** A writer's progress and its present wait, for the health page. */
export interface WriterState {
  /** The id of the topic that the offsets below belong to; '' before the start. */
  topicId: string;
  blocks: number;
  rows: number;
  /** Offsets written so far: the first, and the next after the last. */
  writtenFrom: number;
  writtenTo: number;
  deadLetters: number;
  /** Duration of the last insert. */
  lastInsertMs: number;
  /** Number of plans whose rows differed when they were built again. */
  changedPlans: number;
  /** What the writer waits for, for a person; null: for records. */
  waitingFor: string | null;
}

/** The start of a writer: a committed offset, and the id of the topic that it means. */
export interface WriterStart extends CommittedOffset {
  readonly topicId: string;
}

export interface PartitionWriterOptions {
  /** With the complete name of the topic. */
  readonly from: TopicPartition;
  readonly origin: Omit<Origin, 'topicId'>;
  readonly table: SinkTable;
  readonly limits: BlockLimits;
  readonly queue: RecordQueue;
  readonly writer: BlockWriter;
  readonly bury: BuryDead;
  /** The rows of a record, or the reason why it has none. Rejects only when the writer must end. */
  readonly rowsOf: (record: LogRecord) => Promise<RecordRows | Error>;
  readonly committed: () => Promise<CommittedOffset>;
  /** Commits with the group's generation as fence; rejects when this member has lost its place. */
  readonly commit: (offset: bigint, metadata: string) => Promise<void>;
  /** Resolves when the group accepts the next heartbeat; rejects when it accepts none for long. */
  readonly heartbeat: () => Promise<void>;
  /** Nobody else can have the partition for this long after the group last accepted this member. */
  readonly leaseMs: number;
  /** Called when the rows of a plan differ from those it was made with. */
  readonly onChanged: (plan: Plan, block: Block) => void;
  /** Called when the writer begins to wait for a service that is down. */
  readonly onWaiting: (reason: string) => void;
  /** Called when a record was taken from the queue. */
  readonly onTaken: () => void;
}

const FIRST_WAIT_MS = 100;
const MAX_WAIT_MS = 5_000;
/** The estimated write time decays by 20 % a block. */
const WAY_FORGETS = 0.8;

/**
 * Writes one partition into its table, block by block. It commits the border of a block beside the group's offset
 * before it writes the rows. So a new owner writes the same rows under the same token. Runs until `signal` is aborted;
 * rejects only when a plan cannot be read or the topic was created again.
 */
export class PartitionWriter {
  readonly state: WriterState = {
    topicId: '',
    blocks: 0,
    rows: 0,
    writtenFrom: 0,
    writtenTo: 0,
    deadLetters: 0,
    lastInsertMs: 0,
    changedPlans: 0,
    waitingFor: null,
  };
  readonly #options: PartitionWriterOptions;
  readonly #signal: AbortSignal;
  /** The latest time at which the group is known to have accepted this member, so the partition was its own. */
  #ownedAtMs = Number.NEGATIVE_INFINITY;
  /** Estimated time from a block's last record to its visible rows. */
  #wayMs = 0;
  /** The present block's `mending`: see Plan. */
  #mending = false;
  /** Where the rows come from; its topic's id is known from `run` on. */
  #origin: Origin;

  constructor(options: PartitionWriterOptions, signal: AbortSignal) {
    this.#options = options;
    this.#origin = { ...options.origin, topicId: '' };
    this.#signal = signal;
  }

  /**
   * `start` is the offset that the group had committed when this member got the partition. Resolves when the writer
   * was aborted, or its queue is closed and written.
   */
  async run(start: WriterStart): Promise<void> {
    this.#origin = { ...this.#options.origin, topicId: start.topicId };
    this.state.topicId = start.topicId;
    const { queue } = this.#options;
    const { plan } = readMark(start.metadata);
    if (plan !== undefined && start.offset !== undefined) {
      const block = await this.#collectTo(start.offset, plan.max);
      if (this.#signal.aborted || queue.isClosed) return;
      if (block.hash !== plan.hash) this.#changed(plan, block);
      this.#mending = plan.mending ?? false;
      await this.#write(block, true);
    }
    while (!this.#signal.aborted) {
      const block = await this.#collect();
      if (block === undefined) return;
      this.#mending = false;
      const closedAtMs = performance.now();
      if (block.rows > 0 || block.dead.length > 0) await this.#plan(block);
      if (!this.#signal.aborted) await this.#write(block, false, closedAtMs);
    }
  }

  /** The next block; undefined when the writer ends. Records collected without a plan are simply read again. */
  async #collect(): Promise<Block | undefined> {
    const { table, limits, queue } = this.#options;
    const builder = new BlockBuilder(this.#origin, table);
    let closesAtMs = Number.POSITIVE_INFINITY;
    while (!this.#signal.aborted) {
      const record = queue.peek();
      if (record !== undefined) {
        await this.#take(record, builder);
        if (closesAtMs === Number.POSITIVE_INFINITY)
          closesAtMs = performance.now() + table.maxAgeMs - Math.min(this.#wayMs, table.maxAgeMs / 2);
        if (builder.rows >= limits.maxRows || builder.bytes >= limits.maxBytes) return builder.build();
      }
      const isLast = queue.isClosed && queue.peek() === undefined;
      if (isLast && builder.isEmpty) return undefined;
      if (isLast || (performance.now() >= closesAtMs && !builder.isEmpty)) return builder.build();
      if (queue.peek() === undefined)
        await queue.changed(Math.min(closesAtMs - performance.now(), 60_000), this.#signal);
    }
    return undefined;
  }

  /** All records of [min, max] that the log still holds. */
  async #collectTo(min: bigint, max: bigint): Promise<Block> {
    const { table, queue } = this.#options;
    const builder = new BlockBuilder(this.#origin, table, min);
    while (!this.#signal.aborted) {
      const record = queue.peek();
      if (record === undefined ? queue.readTo > max || queue.isClosed : record.offset > max) break;
      if (record === undefined) await queue.changed(60_000, this.#signal);
      else await this.#take(record, builder);
    }
    return builder.build(max);
  }

  async #take(record: LogRecord, builder: BlockBuilder): Promise<void> {
    const { rowsOf, queue, onTaken } = this.#options;
    const rows = await rowsOf(record);
    try {
      if (rows instanceof Error) throw rows;
      builder.add(record, rows);
    } catch (error) {
      builder.addDead(record, error instanceof Error ? error : new Error(String(error)));
    }
    queue.shift();
    onTaken();
  }

  #changed(plan: Plan, block: Block): void {
    this.state.changedPlans += 1;
    this.#options.onChanged(plan, block);
  }

  #plan(block: Block): Promise<void> {
    return this.#untilDone('the group to accept this member', async () => {
      const askedAtMs = performance.now();
      await this.#options.commit(block.min, writeMark(block.origin.topicId, { ...block, mending: this.#mending }));
      this.#ownedAtMs = askedAtMs;
    });
  }

  /**
   * Asks the group whether this member still owns the partition. It must not commit the plan again for that: an earlier
   * owner may be committing dead letters in a transaction, and a later plain commit would overwrite that offset.
   */
  #renew(): Promise<void> {
    return this.#untilDone('the group to accept this member', async () => {
      await this.#options.heartbeat(); // the process may have been suspended after it sent the first one
      const askedAtMs = performance.now();
      await this.#options.heartbeat();
      this.#ownedAtMs = askedAtMs;
    });
  }

  /** Inserts, then commits. */
  async #write(block: Block, resumed: boolean, closedAtMs = performance.now()): Promise<void> {
    const refused = block.rows > 0 ? await this.#insert(block, resumed) : [];
    this.#wayMs = Math.max(performance.now() - closedAtMs, this.#wayMs * WAY_FORGETS);
    const dead = [...block.dead, ...refused];
    await this.#untilDone('the group to accept this member', () => this.#end({ ...block, dead }));
    if (this.#signal.aborted) return;
    const lost = new Set(refused.map(({ record }) => record.offset));
    if (this.state.blocks === 0) this.state.writtenFrom = Number(block.min);
    this.state.writtenTo = Number(block.max + 1n);
    this.state.blocks += 1;
    this.state.rows += block.offsets.filter(offset => !lost.has(offset)).length;
    this.state.deadLetters += dead.length;
  }

  /**
   * Resolves with the records that the table refuses. `isDoubtful`: someone may have written the block, perhaps longer
   * ago than the table remembers tokens.
   */
  async #insert(block: Block, isDoubtful: boolean): Promise<readonly DeadRecord[]> {
    const insert = new BlockInsert(block, {
      writer: this.#options.writer,
      signal: this.#signal,
      isDoubtful,
      isMending: this.#mending,
      owns: () => this.#owns(),
      planMending: async () => {
        this.#mending = true;
        await this.#plan(block);
      },
    });
    let refused: readonly DeadRecord[] = [];
    await this.#untilDone('ClickHouse', async () => {
      if (!(await this.#owns())) return;
      const startedAtMs = performance.now();
      refused = await insert.attempt();
      this.state.lastInsertMs = Math.round(performance.now() - startedAtMs);
    });
    return refused;
  }

  /**
   * False when the writer must end. If the process was suspended after its plan, it asks the group: another member may
   * have the partition.
   */
  async #owns(): Promise<boolean> {
    if (performance.now() - this.#ownedAtMs > this.#options.leaseMs) await this.#renew();
    return !this.#signal.aborted;
  }

  #end(block: Block): Promise<void> {
    const { bury, commit, committed, from } = this.#options;
    if (block.dead.length === 0) return commit(block.max + 1n, writeMark(block.origin.topicId));
    return bury(block, from, async () => {
      const { offset, metadata } = await committed();
      return offset === block.min && readMark(metadata).plan?.max === block.max;
    });
  }

  /** Repeats until it works or the writer must end, with longer and longer waits. */
  async #untilDone(what: string, attempt: () => Promise<void>): Promise<void> {
    for (let waitMs = FIRST_WAIT_MS; !this.#signal.aborted; waitMs = Math.min(waitMs * 2, MAX_WAIT_MS)) {
      try {
        await attempt();
        this.state.waitingFor = null;
        return;
      } catch (error) {
        if (this.#signal.aborted) return;
        const reason = `${what}: ${error instanceof Error ? error.message : String(error)}`;
        this.state.waitingFor = reason;
        if (waitMs === FIRST_WAIT_MS) this.#options.onWaiting(reason);
      }
      await sleep(waitMs, undefined, { signal: this.#signal }).catch(() => {});
    }
  }
}
