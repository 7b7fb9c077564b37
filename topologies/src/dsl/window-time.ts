import {
  type AnyStoreBuilder,
  type KeyValueStore,
  type KeyValueStoreBuilder,
  keyValueStore,
  type ProcessorContext,
} from '@sightline/processors/runtime';
import type { Serde } from '@sightline/schemas/topic';
import { int64, utf8 } from './serdes.ts';
import type { WindowTime } from './windows.ts';

/**
 * The time in ms up to which an operator's windows are closed. It is in a state store, so a restart treats the next
 * record as this run would have. Kafka Streams loses this time in a restart.
 */
export interface ClosedTime<K> {
  /** Windows that end at this time or earlier are closed. */
  upTo(key: K): number;
  /** `closedMs`: above the present `upTo`. */
  close(key: K, closedMs: number): void;
}

/** Its store: `<name>-time`, or `<name>-key-time`. */
export interface ClosedTimeStore<K> {
  readonly builder: AnyStoreBuilder;
  open(context: ProcessorContext<unknown, unknown>): ClosedTime<K>;
}

/** `noneMs`: the value of `upTo` before any window is closed. */
export function closedTimeStore<K>(name: string, key: Serde<K>, time: WindowTime, noneMs: number): ClosedTimeStore<K> {
  if (time === 'task') {
    const builder = keyValueStore(`${name}-time`, utf8, int64);
    return { builder, open: context => new TaskTime(context, builder, noneMs) };
  }
  const builder = keyValueStore(`${name}-key-time`, key, int64);
  return { builder, open: context => new KeyTime(context.stateStore(builder), noneMs) };
}

const TASK = 'task';

class TaskTime implements ClosedTime<unknown> {
  readonly #store: KeyValueStore<string, number>;
  /** A copy of the stored time: reading the store for every record would be the largest cost. */
  #closedMs: number;

  constructor(
    context: ProcessorContext<unknown, unknown>,
    builder: KeyValueStoreBuilder<string, number>,
    noneMs: number,
  ) {
    this.#store = context.stateStore(builder);
    this.#closedMs = this.#store.get(TASK) ?? noneMs;
    context.onUndo(() => {
      this.#closedMs = this.#store.get(TASK) ?? noneMs;
    });
  }

  upTo(): number {
    return this.#closedMs;
  }

  close(_key: unknown, closedMs: number): void {
    this.#closedMs = closedMs;
    this.#store.put(TASK, closedMs);
  }
}

class KeyTime<K> implements ClosedTime<K> {
  readonly #store: KeyValueStore<K, number>;
  readonly #noneMs: number;

  constructor(store: KeyValueStore<K, number>, noneMs: number) {
    this.#store = store;
    this.#noneMs = noneMs;
  }

  upTo(key: K): number {
    return this.#store.get(key) ?? this.#noneMs;
  }

  close(key: K, closedMs: number): void {
    this.#store.put(key, closedMs);
  }
}
