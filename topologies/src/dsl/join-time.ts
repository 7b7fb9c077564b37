import { type KeyValueStore, keyValueStore, type ProcessorContext } from '@sightline/processors/runtime';
import type { Serde } from '@sightline/schemas/topic';
import { int64, utf8, writeInt64 } from './serdes.ts';

interface Times {
  readonly streamTimeMs: number;
  /** Undefined: no record waits. */
  readonly minTimeMs: number | undefined;
}

const times: Serde<Times> = {
  name: 'join-times',
  serialize({ streamTimeMs, minTimeMs = -1 }) {
    const bytes = Buffer.allocUnsafe(16);
    writeInt64(bytes, streamTimeMs, 0);
    writeInt64(bytes, minTimeMs, 8);
    return bytes;
  },
  deserialize(bytes) {
    const minTimeMs = int64.deserialize(bytes.subarray(8));
    return { streamTimeMs: int64.deserialize(bytes.subarray(0, 8)), minTimeMs: minTimeMs < 0 ? undefined : minTimeMs };
  },
};

export type JoinTimeStore = ReturnType<typeof joinTimeStore>;

export function joinTimeStore(name: string) {
  return keyValueStore<string, Times>(name, utf8, times);
}

const KEY = 'times';
const OF_STORE = new WeakMap<object, JoinTime>();

/**
 * The times that the two sides of an outer join reached in one task. Kafka Streams keeps them in memory and loses them
 * in a restart; here they are state, so a restart changes no result.
 */
export class JoinTime {
  readonly #store: KeyValueStore<string, Times>;
  #streamTimeMs = -1;
  #minTimeMs = Number.POSITIVE_INFINITY;

  private constructor(store: KeyValueStore<string, Times>) {
    this.#store = store;
    this.#load();
  }

  /** The one `JoinTime` that both sides share in this task. */
  static of(context: ProcessorContext<never, never>, builder: JoinTimeStore): JoinTime {
    const store = context.stateStore(builder);
    const time = OF_STORE.get(store) ?? new JoinTime(store);
    OF_STORE.set(store, time);
    context.onUndo(() => time.#load());
    return time;
  }

  /** Highest time of a record of either side. */
  get streamTimeMs(): number {
    return this.#streamTimeMs;
  }

  /** Lower bound of the times of waiting records, where the next search starts; Infinity when no record waits. */
  get minTimeMs(): number {
    return this.#minTimeMs;
  }

  observe(timestampMs: number): void {
    if (timestampMs <= this.#streamTimeMs) return;
    this.#streamTimeMs = timestampMs;
    this.#save();
  }

  wait(timestampMs: number): void {
    if (timestampMs < this.#minTimeMs) this.setMinTime(timestampMs);
  }

  setMinTime(timeMs: number): void {
    this.#minTimeMs = timeMs;
    this.#save();
  }

  #save(): void {
    const minTimeMs = this.#minTimeMs === Number.POSITIVE_INFINITY ? undefined : this.#minTimeMs;
    this.#store.put(KEY, { streamTimeMs: this.#streamTimeMs, minTimeMs });
  }

  #load(): void {
    const { streamTimeMs = -1, minTimeMs = Number.POSITIVE_INFINITY } = this.#store.get(KEY) ?? {};
    this.#streamTimeMs = streamTimeMs;
    this.#minTimeMs = minTimeMs;
  }
}
