import { setTimeout as sleep } from 'node:timers/promises';
import type { Assignment, CommittedOffset, GroupMember, LogReader, LogRecord, TopicPartition } from '../log/index.ts';
import { OffsetOutOfRangeError, TopicRecreatedError } from '../log/index.ts';
import { type Cell, deadLetterTarget, type Logger, retryForever } from '../process/index.ts';
import { type Block, type Plan, readMark } from './block.ts';
import type { BlockWriter } from './block-writer.ts';
import { type BuryDead, deadLetters } from './dead-letters.ts';
import { type BlockLimits, PartitionWriter, type WriterStart, type WriterState } from './partition-writer.ts';
import { RecordQueue } from './record-queue.ts';
import type { RecordRows, SinkTable } from './table.ts';

export interface SinkOptions {
  readonly cell: Cell;
  readonly tables: readonly SinkTable[];
  readonly writer: BlockWriter;
  readonly limits: BlockLimits;
  readonly sessionTimeoutMs: number;
  /** KIP-345: a restarted process gets its partitions back at once. */
  readonly instanceId?: string | undefined;
  readonly logger: Logger;
  /** Called with the error when the sink cannot go on. */
  readonly onFatal: (error: unknown) => void;
}

/** The state of one partition for the health page. */
export interface PartitionState extends WriterState {
  readonly topic: string;
  readonly partition: number;
  /** Records in the log that were not read yet. */
  readonly lag: number;
}

export interface Sink {
  partitions(): readonly PartitionState[];
  /** Offsets that retention deleted unread since the start. */
  readonly lost: number;
  close(): Promise<void>;
}

const GROUP = 'sink';
/** Shares of the session timeout: how long a plan permits an insert, and how long the insert may take. */
const LEASE = 1 / 3;
const DEADLINE = 2 / 3;
export const insertDeadlineMs = (sessionTimeoutMs: number): number => Math.floor(sessionTimeoutMs * DEADLINE);
/** Reading of a partition pauses when this many bytes wait for its writer. */
const MAX_WAITING_BYTES = 16 * 1_048_576;

interface Work {
  readonly partition: TopicPartition;
  readonly topic: string;
  readonly queue: RecordQueue;
  readonly writer: PartitionWriter;
  readonly ending: AbortController;
}

/**
 * Writes topics into ClickHouse, each record once. It is a member of a group and runs one writer per assigned
 * partition.
 */
export async function startSink(options: SinkOptions): Promise<Sink> {
  const sink = new ClickHouseSink(options, await options.cell.log.reader({ maxBytesPerPartition: 1_048_576 }));
  await sink.join();
  return sink;
}

class ClickHouseSink implements Sink {
  readonly #options: SinkOptions;
  readonly #reader: LogReader;
  readonly #member = Promise.withResolvers<GroupMember>();
  readonly #works = new Map<string, Work>();
  readonly #bury: BuryDead;
  #last: Assignment | undefined;
  #closed = false;
  #reading: Promise<void> | undefined;
  lost = 0;

  constructor(options: SinkOptions, reader: LogReader) {
    const { cell } = options;
    this.#options = options;
    this.#reader = reader;
    this.#bury = deadLetters({
      log: cell.log,
      groupId: cell.groupId(GROUP),
      target: deadLetterTarget(cell),
    });
  }

  async join(): Promise<void> {
    const { cell, tables, sessionTimeoutMs, instanceId, onFatal } = this.#options;
    const member = await cell.log.join({
      groupId: cell.groupId(GROUP),
      topics: tables.map(({ topic }) => cell.name(topic)),
      sessionTimeoutMs,
      rebalanceTimeoutMs: sessionTimeoutMs, // else a rebalance would take partitions away earlier than the session timeout
      ...(instanceId !== undefined && { instanceId }),
      onAssigned: assignment => this.#assign(assignment),
      onFatal,
    });
    this.#member.resolve(member);
    this.#reading = this.#read();
  }

  partitions(): readonly PartitionState[] {
    return [...this.#works.values()].map(({ topic, partition, queue, writer }) => ({
      topic,
      partition: partition.partition,
      lag: Math.max(0, Number(queue.end - queue.readTo)),
      ...writer.state,
    }));
  }

  /** Leaves the group, so that the partitions move at once. The next owner finishes the planned blocks. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const { ending } of this.#works.values()) ending.abort();
    await (await this.#member.promise).leave();
    await this.#reader.close();
    await this.#reading;
  }

  #assign(assignment: Assignment): void {
    const given = new Map(assignment.partitions.map(partition => [nameOf(partition), partition]));
    const isUnbroken = this.#last !== undefined && follows(this.#last, assignment);
    this.#last = assignment;
    for (const [name, { ending, partition }] of this.#works) {
      if (isUnbroken && given.has(name)) continue;
      ending.abort();
      this.#works.delete(name);
      this.#reader.remove([partition]);
    }
    for (const [name, partition] of given) if (!this.#works.has(name)) this.#begin(name, partition);
  }

  #begin(name: string, from: TopicPartition): void {
    const { cell, tables, limits, writer, sessionTimeoutMs, logger, onFatal } = this.#options;
    const table = tables.find(({ topic }) => cell.name(topic) === from.topic);
    if (table === undefined) return;
    const queue = new RecordQueue(0n);
    const ending = new AbortController();
    const partitionWriter = new PartitionWriter(
      {
        from,
        origin: { topic: table.topic.name, partition: from.partition },
        table,
        limits,
        queue,
        writer,
        bury: this.#bury,
        rowsOf: record => this.#rowsOf(table, from.partition, record, ending.signal),
        committed: () => this.#committed(from),
        commit: async (offset, metadata) => (await this.#member.promise).commit([{ ...from, offset, metadata }]),
        heartbeat: () => this.#heartbeat(ending.signal),
        leaseMs: sessionTimeoutMs * LEASE,
        onChanged: (plan, block) => this.#sayChanged(plan, block),
        onWaiting: reason => logger.warn({ topic: from.topic, partition: from.partition, reason }, 'waiting'),
        onTaken: () => queue.bytes < MAX_WAITING_BYTES / 2 && this.#reader.resume([from]),
      },
      ending.signal,
    );
    const work = { partition: from, topic: table.topic.name, queue, writer: partitionWriter, ending };
    this.#works.set(name, work);
    this.#write(name, work).catch(error => !ending.signal.aborted && onFatal(error));
  }

  /** Writes until the work ends. A topic that was deleted and created again is then begun anew. */
  async #write(name: string, { partition, queue, writer, ending }: Work): Promise<void> {
    const start = await this.#start(partition, ending.signal);
    const offset = start.offset ?? (await this.#patiently(() => this.#logStart(partition), ending.signal));
    if (ending.signal.aborted) return;
    queue.readTo = offset;
    this.#reader.seek(partition, offset, start.topicId);
    this.#reader.resume([partition]);
    await writer.run({ ...start, offset });
    if (ending.signal.aborted) return;
    this.#works.delete(name);
    this.#begin(name, partition);
  }

  /** The committed offset, unless it belongs to an earlier topic of the same name. */
  async #start(partition: TopicPartition, signal: AbortSignal): Promise<WriterStart> {
    const { cell, logger } = this.#options;
    const committed = await this.#patiently(() => this.#committed(partition), signal);
    const topicId = await this.#patiently(() => cell.log.admin.topicId(partition), signal);
    const { topicId: marked = topicId } = readMark(committed.metadata);
    if (marked === topicId) return { ...committed, topicId };
    logger.error({ ...partition }, 'the topic was deleted and created again: the sink reads it from its start');
    return { offset: undefined, metadata: '', topicId };
  }

  async #committed(partition: TopicPartition): Promise<CommittedOffset> {
    const [committed] = await (await this.#member.promise).committed([partition]);
    return committed ?? { offset: undefined, metadata: '' };
  }

  async #heartbeat(ending: AbortSignal): Promise<void> {
    const taken = new AbortController();
    const signal = AbortSignal.any([ending, taken.signal]);
    const silence = sleep(this.#options.sessionTimeoutMs, undefined, { signal }).then(() => {
      throw new Error('the group accepts no heartbeat');
    });
    await Promise.race([(await this.#member.promise).nextHeartbeat(), silence]).finally(() => taken.abort());
  }

  async #logStart(partition: TopicPartition): Promise<bigint> {
    const [start] = await this.#options.cell.log.admin.listOffsets([partition], 'earliest');
    return start?.offset ?? 0n;
  }

  /** Repeats until the log answers or `signal` is aborted. */
  #patiently<T>(attempt: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    const { logger } = this.#options;
    const onFailure = (error: unknown): void => logger.warn({ err: error }, 'the log does not answer; trying again');
    return retryForever(attempt, { onFailure, ...(signal && { signal }) });
  }

  /** The rows of a record, or the error why it can never have any. Waits for the record's schema. */
  async #rowsOf(
    table: SinkTable,
    partition: number,
    record: LogRecord,
    signal: AbortSignal,
  ): Promise<RecordRows | Error> {
    try {
      return await table.rowsOf(record, (topic, asked) =>
        this.#options.cell.decode(topic, asked, { partition, signal }),
      );
    } catch (error) {
      if (signal.aborted) throw error;
      return error instanceof Error ? error : new Error(String(error));
    }
  }

  #sayChanged(plan: Plan, { origin, min, max, version, rows }: Block): void {
    const said = { ...origin, min: `${min}`, max: `${max}`, planned: plan.rows, rows };
    const { logger } = this.#options;
    if (plan.version === version) logger.error(said, 'the records of a plan have changed since it was made');
    else logger.warn({ ...said, from: plan.version, to: version }, 'this version writes a plan of another version');
  }

  async #read(): Promise<void> {
    while (!this.#closed) {
      try {
        for (const batch of await this.#reader.fetch()) {
          const work = this.#works.get(nameOf(batch));
          work?.queue.push(batch);
          if (work !== undefined && work.queue.bytes > MAX_WAITING_BYTES) this.#reader.pause([work.partition]);
        }
      } catch (error) {
        if (this.#closed) return;
        if (error instanceof TopicRecreatedError) this.#works.get(nameOf(error))?.queue.close();
        else if (error instanceof OffsetOutOfRangeError)
          await this.#passGap(error).catch(() => {}); // the writer ends meanwhile
        else return this.#options.onFatal(error);
      }
    }
  }

  /** Retention deleted records before they were read: counts them and goes on with the first one left. */
  async #passGap(gone: OffsetOutOfRangeError): Promise<void> {
    const work = this.#works.get(nameOf(gone));
    if (work === undefined) return;
    const start = await this.#patiently(() => this.#logStart(work.partition), work.ending.signal);
    const { topic, partition, offset } = gone;
    if (start <= offset) return this.#options.onFatal(gone); // the log ends below the written offset
    this.lost += Number(start - offset);
    this.#options.logger.error(
      { topic, partition, from: `${offset}`, to: `${start}` },
      'retention deleted records before the sink read them',
    );
    work.queue.readTo = start;
    this.#reader.seek(work.partition, start);
  }
}

/** True when no generation was missed between the two, so no other member can have had a partition that is in both. */
export const follows = (last: Assignment, next: Assignment): boolean =>
  next.memberId === last.memberId && next.generation <= last.generation + 1;

const nameOf = ({ topic, partition }: TopicPartition): string => `${topic}/${partition}`;
