import type { RecordCache } from './record-cache.ts';
import type { KeyValueStore, KeyValueStoreBuilder } from './store/key-value-store.ts';
import type { SessionStore, SessionStoreBuilder } from './store/session-store.ts';
import type { StateStore } from './store/state-store.ts';
import type { WindowStore, WindowStoreBuilder } from './store/window-store.ts';
import type { ForwardedRecord, RecordMetadata, StreamRecord } from './stream-record.ts';

/**
 * One node of a topology in one task. Synchronous, one record at a time; what it keeps between records belongs in a
 * state store, or it is lost with the task. Decides by records and context alone: no clock, no random number.
 */
export interface Processor<KI, VI, KO = never, VO = never> {
  init?(context: ProcessorContext<KO, VO>): void;
  /** A throw undoes this record's outputs and writes to state stores, then the process error handler decides. */
  process(record: StreamRecord<KI, VI>): void;
  close?(): void;
}

export type ProcessorSupplier<KI, VI, KO = never, VO = never> = () => Processor<KI, VI, KO, VO>;

/** STREAM_TIME: only records move it. WALL_CLOCK: about every interval. Missed ticks are not made up for (D8). */
export type PunctuationType = 'stream-time' | 'wall-clock';

export interface Cancellable {
  cancel(): void;
}

/** What a source record came to; without a word from a processor it is `processed`. */
export type Outcome = 'processed' | 'late' | 'filtered' | 'duplicate' | 'dead-lettered';

export interface ProcessorContext<KO = never, VO = never> {
  /** Subtopology and partition: `0_3`. */
  readonly taskId: string;
  readonly applicationId: string;
  /** Highest timestamp this task has seen, in ms; never goes back; -1 before the first record. */
  readonly streamTimeMs: number;
  /** To every child, or to the one named; returns when they are done with it. */
  forward(record: ForwardedRecord<KO, VO>, childName?: string): void;
  /** One of the state stores this processor was connected to. */
  stateStore<K, V>(store: KeyValueStoreBuilder<K, V>): KeyValueStore<K, V>;
  stateStore<K, V>(store: WindowStoreBuilder<K, V>): WindowStore<K, V>;
  stateStore<K, V>(store: SessionStoreBuilder<K, V>): SessionStore<K, V>;
  stateStore<S extends StateStore = KeyValueStore<unknown, unknown>>(name: string): S;
  /** The global processor of that name: one per process, for reading only. */
  globalState<G>(name: string): G;
  /** Origin of the record being processed; undefined in a punctuator. */
  recordMetadata(): RecordMetadata | undefined;
  /** Says what the source record at hand came to; the first word of several stands. */
  account(outcome: 'late' | 'filtered' | 'duplicate'): void;
  /** Adds to `dropped-records`, where `account` adds one for each `late` and `filtered`. */
  countDropped(count: number): void;
  schedule(intervalMs: number, type: PunctuationType, callback: (timestampMs: number) => void): Cancellable;
  /**
   * Holds back entries of this node until the next commit; `flush` then forwards them. Asked for in `init`. Undefined
   * when the application has no caches (state store cache of 0 bytes): forward at once.
   */
  recordCache<E>(flush: (entry: E) => void): RecordCache<E> | undefined;
  /**
   * Called when what the node did was undone, because a record or a punctuation failed: what it mirrors of its stores in
   * memory must be read again. Asked for in `init`.
   */
  onUndo(reload: () => void): void;
  /** Called when stream time moves though no record came (`whenIdle` of a source); parents first. Asked for in `init`. */
  onIdleTime(move: (timeMs: number) => void): void;
  /** Asks for a commit at the next opportunity. */
  commit(): void;
}

/**
 * Folds a whole topic, all partitions, in every process, and offers what it knows to all tasks by methods of its own.
 * A null value is a tombstone. Records of one partition come in offset order.
 */
export interface GlobalProcessor<K, V> {
  process(record: StreamRecord<K, V | null>, metadata: RecordMetadata): void;
  /** What keeps it from knowing all that the topic says, in words; undefined: nothing. */
  trouble?(): string | undefined;
}
