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
 * Up to where an operator's windows are closed, in ms; kept in a state store, so that a restart decides on the next
 * record as this run would have. Kafka Streams forgets the time it has observed.
 */
export interface ClosedTime<K> {
  /** Windows that end here or before are closed. */
  upTo(key: K): number;
  /** `closedMs`: above what `upTo` says. */
  close(key: K, closedMs: number): void;
}

/** The store that keeps it: `<name>-time`, or `<name>-key-time`. */
export interface ClosedTimeStore<K> {
  readonly builder: AnyStoreBuilder;
  open(context: ProcessorContext<unknown, unknown>): ClosedTime<K>;
}

/** `noneMs`: what `upTo` says before anything is closed. */
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
  /** As the store says: reading it for every record would cost more than the rest. */
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
