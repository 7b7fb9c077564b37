import type { AnyTopic } from '@sightline/schemas/topic';
import type { LogRecord } from '../log/log-client.ts';
import { Accounting } from './accounting.ts';
import { StreamsError } from './errors.ts';
import { IdleTime, idleTimeStore } from './idle-time.ts';
import { taskCount } from './partition-counts.ts';
import { PartitionGroup } from './partition-group.ts';
import type { Outcome } from './processor.ts';
import { Punctuations } from './punctuation.ts';
import { TaskCaches } from './record-cache.ts';
import { RecordCollector, type TopicDirectory } from './record-collector.ts';
import { type Head, RecordQueue } from './record-queue.ts';
import type { AnyStoreBuilder } from './store/any-store-builder.ts';
import { MemoryStoreEngine } from './store/memory-engine.ts';
import type { Checkpoint, StoreEngine } from './store/store-engine.ts';
import { nameFormat, TaskStore } from './store/task-store.ts';
import type { RecordMetadata } from './stream-record.ts';
import { changelogRecords, offsetsOf, type TaskCommit } from './task-commit.ts';
import { TaskEffects, toProcessingError } from './task-effects.ts';
import { NodeFailure, type RunningNode, startNodes, type TaskScope } from './task-nodes.ts';
import type { Subtopology } from './topology-node.ts';

export type ErrorAnswer = 'fail' | 'continue' | 'dead-letter';
/** Called when a record does not decode or a processor throws. A punctuation cannot be dead-lettered. */
export type ErrorHandler = (error: StreamsError, origin: RecordMetadata | undefined) => ErrorAnswer;

export interface TaskOptions {
  readonly applicationId: string;
  readonly subtopology: Subtopology;
  readonly partition: number;
  readonly directory: TopicDirectory;
  readonly globals: ReadonlyMap<string, unknown>;
  /** Default: dead-letter where there is a topic for it, else fail. */
  readonly onDecodeError?: ErrorHandler;
  /** Default: fail. */
  readonly onProcessError?: ErrorHandler;
  readonly deadLetters?: AnyTopic;
  readonly makeEngine?: (builder: AnyStoreBuilder) => StoreEngine;
  /** How long to wait for an empty partition while others have records (max.task.idle.ms); default 0. */
  readonly maxTaskIdleMs?: number;
  /** Size of the nodes' caches in bytes; 0: none. Default 10 MB (statestore.cache.max.bytes). */
  readonly cacheMaxBytes?: number;
}

const CACHE_MAX_BYTES = 10 * 1_048_576;

/**
 * One subtopology on one partition: synchronous, without its own clock or log. Order of calls: construct, `restore` and
 * `start` each partition, `initialize`, then `add`, `process` and commits (`takeCommit`, `applied`). After a failed
 * commit the task is dropped, not repaired.
 */
export class StreamTask {
  readonly taskId: string;
  readonly group: PartitionGroup;
  readonly accounting = new Accounting();
  readonly stores: ReadonlyMap<string, TaskStore>;
  readonly #options: TaskOptions;
  readonly #effects: TaskEffects;
  readonly #punctuations = new Punctuations();
  /** The nodes that take the records of each partition. */
  readonly #roots = new Map<RecordQueue, readonly RunningNode[]>();
  #nodes: ReturnType<typeof startNodes> | undefined;
  /** The present record and its queue. */
  #raw: LogRecord | undefined;
  #queue: RecordQueue | undefined;
  #outcome: Outcome | undefined;
  /** How often the present record was dropped. */
  #dropped = 0;
  readonly #idleMoves: (readonly [node: string, move: (timeMs: number) => void])[] = [];
  #idleTime: IdleTime | undefined;
  #isDirty = false;
  #commitRequested = false;

  /** `partitionTimesMs`: event time per source topic from the last commit. */
  constructor(options: TaskOptions, partitionTimesMs: ReadonlyMap<string, number> = new Map()) {
    const { subtopology, partition, directory, makeEngine = memoryEngine } = options;
    this.#options = options;
    this.taskId = `${subtopology.id}_${partition}`;
    const sources = subtopology.sources.filter(({ topic }) => directory.partitionsOf(topic) > partition);
    this.group = new PartitionGroup(
      sources.map(source => {
        const { topic } = source;
        return new RecordQueue(source, partition, directory.partitionsOf(topic), partitionTimesMs.get(topic.name));
      }),
      options.maxTaskIdleMs,
    );
    this.stores = new Map(
      subtopology.stores.map(builder => [builder.name, new TaskStore(builder, makeEngine(builder))]),
    );
    const nodes = subtopology.nodes.map(({ name }) => name);
    const caches = new TaskCaches(nodes, options.cacheMaxBytes ?? CACHE_MAX_BYTES);
    const ownPartitions = taskCount(subtopology, topic => directory.partitionsOf(topic));
    const collector = new RecordCollector(directory, partition, ownPartitions);
    this.#effects = new TaskEffects(collector, caches, [...this.stores.values()]);
  }

  get isDirty(): boolean {
    return this.#isDirty;
  }

  get commitRequested(): boolean {
    return this.#commitRequested;
  }

  /** Bytes that wait for the next transaction. */
  get pendingBytes(): number {
    return this.#effects.collector.bytes;
  }

  /** Starts the processors; their stores are restored by now. */
  initialize(): void {
    const nodes = startNodes(this.#options.subtopology, this.#scope());
    this.#nodes = nodes;
    for (const queue of this.group.queues) {
      const { name, whenIdle } = queue.source;
      this.#roots.set(queue, nodes.roots.get(name) ?? []);
      const journal = this.stores.get(idleTimeStore(name).name)?.stateStore;
      if (whenIdle && journal) this.#idleTime = new IdleTime(whenIdle, queue, journal as never);
    }
  }

  add(topic: string, records: readonly LogRecord[], nextOffset: bigint): void {
    this.group.queueOf(topic)?.add(records, nextOffset);
  }

  /** Processes the next record; false when there is none or the task must wait for another partition. */
  process(nowMs?: number): boolean {
    const queue = this.group.next(nowMs);
    if (this.#idleTime !== undefined && queue !== undefined) this.#wake(this.#idleTime, queue, nowMs);
    const head = queue?.take();
    if (queue === undefined || head === undefined) return false;
    this.#isDirty = true;
    this.#outcome = undefined;
    this.#dropped = 0;
    this.#effects.mark();
    if (head.kind === 'undecodable') this.#answerUndecodable(head, queue.originOf(head.raw));
    else this.#processRecord(head, queue);
    this.accounting.count(queue.source.topic.name, this.#outcome ?? 'processed', this.#dropped);
    if (this.#punctuations.has('stream-time')) this.#punctuate('stream-time', this.group.streamTimeMs);
    if (this.#effects.caches.isFull) this.#effects.flushCaches();
    return true;
  }

  /** `monotonicMs`: the clock of `process`, which measures the time without records. */
  punctuateWallClock(nowMs: number, monotonicMs = nowMs): void {
    this.#punctuate('wall-clock', nowMs);
    const [queue] = this.group.queues;
    if (this.#idleTime !== undefined && queue !== undefined) this.#idle(this.#idleTime, queue, monotonicMs);
  }

  get hasWallClockPunctuations(): boolean {
    return this.#idleTime !== undefined || this.#punctuations.has('wall-clock');
  }

  /** Starts a transaction with everything processed so far. Processing may go on meanwhile. */
  takeCommit(): TaskCommit {
    const { directory, applicationId, partition } = this.#options;
    this.#effects.flushCaches();
    const changelog = [...this.stores.values()].flatMap(store => changelogRecords(store, applicationId, partition));
    const offsets = this.group.queues.flatMap(queue => offsetsOf(queue, directory.nameOf(queue.source.topic)));
    this.accounting.freeze();
    this.#isDirty = false;
    this.#commitRequested = false;
    return { records: [...this.#effects.collector.take(), ...changelog], offsets };
  }

  /**
   * The transaction of the last `takeCommit` is committed; `checkpoints`: the known positions of the stores'
   * changelogs.
   */
  applied(checkpoints?: ReadonlyMap<string, Checkpoint>): void {
    for (const [name, store] of this.stores) store.applied(checkpoints?.get(name));
    this.accounting.applied();
  }

  close(): void {
    this.#nodes?.close();
  }

  #processRecord(head: Head & { readonly kind: 'record' }, queue: RecordQueue): void {
    this.group.advance(head.record.timestampMs);
    this.#raw = head.raw;
    this.#queue = queue;
    try {
      for (const node of this.#roots.get(queue) ?? []) node.process(head.record);
    } catch (error) {
      const origin = queue.originOf(head.raw);
      const failure = toProcessingError(error, origin);
      this.#answer(head, origin, failure, this.#options.onProcessError?.(failure, origin) ?? 'fail');
    } finally {
      this.#raw = undefined;
    }
  }

  #answerUndecodable(head: Head & { readonly kind: 'undecodable' }, origin: RecordMetadata): void {
    const usual = this.#options.deadLetters === undefined ? 'fail' : 'dead-letter';
    this.#answer(head, origin, head.error, this.#options.onDecodeError?.(head.error, origin) ?? usual);
  }

  #answer(head: Head, origin: RecordMetadata, error: StreamsError, answer: ErrorAnswer): void {
    this.#effects.undo();
    this.#dropped = 1;
    const { deadLetters } = this.#options;
    if (answer === 'fail' || (answer === 'dead-letter' && deadLetters === undefined)) throw error;
    this.#outcome = answer === 'continue' ? 'filtered' : 'dead-lettered';
    if (answer === 'dead-letter' && deadLetters)
      this.#effects.collector.sendDeadLetter(deadLetters, head.raw, origin, error);
  }

  #punctuate(type: 'stream-time' | 'wall-clock', timeMs: number): void {
    for (const { tick } of this.#punctuations.due(type, timeMs)) {
      this.#guard(tick);
      if (this.#effects.isDirty) this.#isDirty = true;
    }
  }

  #wake(idleTime: IdleTime, queue: RecordQueue, nowMs: number | undefined): void {
    idleTime.wake(nowMs);
    for (const timeMs of idleTime.replayed(queue.position ?? 0n)) this.#moveTime(queue, timeMs);
  }

  #idle(idleTime: IdleTime, queue: RecordQueue, nowMs: number): void {
    const { position } = queue;
    if (queue.size > 0 || !queue.isCaughtUp || position === undefined) {
      idleTime.wake(nowMs);
      return;
    }
    for (const timeMs of idleTime.replayed(position)) this.#moveTime(queue, timeMs);
    for (;;) {
      this.#effects.mark();
      const timeMs = idleTime.next(nowMs, this.group.streamTimeMs, position);
      if (timeMs === undefined) return;
      this.#moveTime(queue, timeMs);
    }
  }

  /** Moves time as a record of that time would, but without one. */
  #moveTime(queue: RecordQueue, timeMs: number): void {
    this.#isDirty = true;
    queue.advance(timeMs);
    this.group.advance(timeMs);
    for (const [node, move] of this.#idleMoves) this.#guard(() => move(timeMs), node);
    if (this.#punctuations.has('stream-time')) this.#punctuate('stream-time', timeMs);
  }

  /** Runs work without a record; undoes it when it fails, then the handler decides. */
  #guard(tick: () => void, node?: string): void {
    this.#effects.mark();
    try {
      tick();
    } catch (error) {
      const cause = node === undefined || error instanceof NodeFailure ? error : new NodeFailure(node, error);
      const failure = toProcessingError(cause, undefined);
      this.#effects.undo();
      if (this.#options.onProcessError?.(failure, undefined) !== 'continue') throw failure;
    }
  }

  #scope(): TaskScope {
    const { applicationId, globals } = this.#options;
    return {
      taskId: this.taskId,
      applicationId,
      collector: this.#effects.collector,
      streamTimeMs: () => this.group.streamTimeMs,
      origin: () => (this.#raw === undefined ? undefined : this.#queue?.originOf(this.#raw)),
      store: name => this.stores.get(name),
      global: name => {
        if (globals.has(name)) return globals.get(name);
        throw new StreamsError('GLOBAL_STATE_UNKNOWN', `no global store is named ${name}`);
      },
      account: outcome => {
        this.#outcome ??= outcome;
        if (outcome !== 'duplicate') this.#dropped += 1;
      },
      countDropped: count => {
        this.#dropped += count;
      },
      schedule: (node, type, intervalMs, callback) => this.#punctuations.schedule(node, type, intervalMs, callback),
      cache: (node, flush) => this.#effects.caches.open(node, flush),
      onUndo: reload => this.#effects.onUndo(reload),
      onIdleTime: (node, move) => void this.#idleMoves.unshift([node, move]), // children are initialised before parents
      requestCommit: () => {
        this.#commitRequested = true;
      },
    };
  }
}

function memoryEngine(builder: AnyStoreBuilder): StoreEngine {
  return new MemoryStoreEngine(nameFormat(builder));
}
