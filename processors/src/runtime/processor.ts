import type { RecordCache } from './record-cache.ts';
import type { KeyValueStore, KeyValueStoreBuilder } from './store/key-value-store.ts';
import type { SessionStore, SessionStoreBuilder } from './store/session-store.ts';
import type { StateStore } from './store/state-store.ts';
import type { WindowStore, WindowStoreBuilder } from './store/window-store.ts';
import type { ForwardedRecord, RecordMetadata, StreamRecord } from './stream-record.ts';

/**
 * One node of a topology in one task. Synchronous, one record at a time. State between records belongs in a state
 * store; otherwise it is lost with the task. Processors decide by records and context only: no clock, no random number.
 */
export interface Processor<KI, VI, KO = never, VO = never> {
  init?(context: ProcessorContext<KO, VO>): void;
  /** A throw undoes this record's outputs and writes to state stores. Then the process error handler decides. */
  process(record: StreamRecord<KI, VI>): void;
  close?(): void;
}

export type ProcessorSupplier<KI, VI, KO = never, VO = never> = () => Processor<KI, VI, KO, VO>;

/** STREAM_TIME: only records move it. WALL_CLOCK: about every interval. Missed ticks are not repeated (D8). */
export type PunctuationType = 'stream-time' | 'wall-clock';

export interface Cancellable {
  cancel(): void;
}

/** The outcome of a source record; without a call of `account` it is `processed`. */
export type Outcome = 'processed' | 'late' | 'filtered' | 'duplicate' | 'dead-lettered';

export interface ProcessorContext<KO = never, VO = never> {
  /** Subtopology and partition: `0_3`. */
  readonly taskId: string;
  readonly applicationId: string;
  /** Highest timestamp this task has seen, in ms; never goes back; -1 before the first record. */
  readonly streamTimeMs: number;
  /** Forwards to every child, or to the named one. Returns when they have processed the record. */
  forward(record: ForwardedRecord<KO, VO>, childName?: string): void;
  /** One of the state stores connected to this processor. */
  stateStore<K, V>(store: KeyValueStoreBuilder<K, V>): KeyValueStore<K, V>;
  stateStore<K, V>(store: WindowStoreBuilder<K, V>): WindowStore<K, V>;
  stateStore<K, V>(store: SessionStoreBuilder<K, V>): SessionStore<K, V>;
  stateStore<S extends StateStore = KeyValueStore<unknown, unknown>>(name: string): S;
  /** The global processor of this name: one per process, read-only. */
  globalState<G>(name: string): G;
  /** Origin of the record being processed; undefined in a punctuator. */
  recordMetadata(): RecordMetadata | undefined;
  /** Sets the outcome of the present source record; the first call wins. */
  account(outcome: 'late' | 'filtered' | 'duplicate'): void;
  /** Adds to `dropped-records`; `account` already adds one for each `late` and `filtered`. */
  countDropped(count: number): void;
  schedule(intervalMs: number, type: PunctuationType, callback: (timestampMs: number) => void): Cancellable;
  /**
   * Holds entries of this node back until the next commit, and then calls `flush` with them. Call it in `init`.
   * undefined when the application has no caches (state store cache of 0 bytes): forward at once.
   */
  recordCache<E>(flush: (entry: E) => void): RecordCache<E> | undefined;
  /**
   * `reload` is called when this node's work was undone, because a record or a punctuation failed. Copies of its stores
   * in memory must then be read again. Call it in `init`.
   */
  onUndo(reload: () => void): void;
  /**
   * `move` is called when stream time moves without a record (`whenIdle` of a source); parents first. Call it in
   * `init`.
   */
  onIdleTime(move: (timeMs: number) => void): void;
  /** Requests a commit at the next opportunity. */
  commit(): void;
}

/**
 * Folds a whole topic, all partitions, in every process. All tasks can use it by its own methods. A null value is a
 * tombstone. Records of one partition come in offset order.
 */
export interface GlobalProcessor<K, V> {
  process(record: StreamRecord<K, V | null>, metadata: RecordMetadata): void;
  /** Why it cannot read all of the topic, in words; undefined: it can. */
  trouble?(): string | undefined;
}
