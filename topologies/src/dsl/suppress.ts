import {
  type KeyValueStoreBuilder,
  keyValueStore,
  type Processor,
  type ProcessorContext,
  type StreamRecord,
  TopologyError,
} from '@sightline/processors/runtime';
import type { Serde } from '@sightline/schemas/topic';
import type { Change } from './change.ts';
import type { TableParts, ValueGetter } from './parts.ts';
import { needed, utf8 } from './serdes.ts';
import { type Buffered, buffered, SuppressBuffer } from './suppress-buffer.ts';
import { type ClosedTime, type ClosedTimeStore, closedTimeStore } from './window-time.ts';

/** Largest amount held back; absent: no limit. */
export interface BufferBounds {
  readonly maxRecords?: number;
  /** Bytes of stored keys and values. */
  readonly maxBytes?: number;
}

export interface SuppressConfig extends BufferBounds {
  /** Changes wait until their window closes, or for this long by event time. */
  readonly until: 'window-closes' | { readonly ms: number };
  /** `shut-down`: the task fails; state and output stay as before the record. */
  readonly whenFull: 'shut-down' | 'emit-early';
}

/**
 * One final result per window; deletions are not forwarded. A full buffer stops the task, because an early result would
 * not be final.
 */
export function untilWindowCloses(bounds: BufferBounds & { readonly whenFull?: 'shut-down' } = {}): SuppressConfig {
  return { whenFull: 'shut-down', ...bounds, until: 'window-closes' };
}

/** Forwards the newest change of a key, `ms` of event time after the first held one. */
export function untilTimeLimit(
  ms: number,
  bounds: BufferBounds & { readonly whenFull?: SuppressConfig['whenFull'] } = {},
): SuppressConfig {
  return { whenFull: 'emit-early', ...bounds, until: { ms } };
}

interface Suppression<K, V> {
  readonly name: string;
  readonly store: KeyValueStoreBuilder<K, Buffered<V>>;
  readonly time: ClosedTimeStore<unknown>;
  readonly config: SuppressConfig;
  readonly holdMs: number;
}

/**
 * A table whose changes are held back in the state store `<name>-store`, also across restarts. Releases by buffer time,
 * then by key bytes, with the time of the newest change. A released change goes from the value last released to the
 * newest one; Kafka Streams gives the value before the newest.
 */
export function suppress<K, V>(table: TableParts<K, V>, name: string, config: SuppressConfig): TableParts<K, V> {
  const { topology, node, valueGetter } = table;
  const [key, value] = [needed(table.key, name, 'keys'), needed(table.value, name, 'values')];
  const store = keyValueStore(`${name}-store`, key, buffered(value));
  const time = closedTimeStore(name, utf8, 'task', -1);
  const suppression = { name, store, time, config, holdMs: holdOf(name, key, config) };
  topology.addStateStore(store).addStateStore(time.builder);
  const stores = [store.name, time.builder.name];
  topology.addProcessor(name, () => new Suppress(suppression), [node], stores);
  return { topology, node: name, key, value, valueGetter: released(store, valueGetter) };
}

/** The key serde of a windowed table knows how long after its end a window can still change: `graceMs`. */
function holdOf(name: string, key: Serde<unknown>, { until }: SuppressConfig): number {
  if (until !== 'window-closes') return until.ms;
  if ('graceMs' in key && typeof key.graceMs === 'number') return key.graceMs;
  const reason = 'its keys are not windows, or their windows close by the time of each key';
  throw new TopologyError('TOPOLOGY_INVALID', `${name} cannot wait for windows to close: ${reason}; use 'closed'`);
}

/** The values that nodes behind the buffer see. */
function released<K, V>(store: KeyValueStoreBuilder<K, Buffered<V>>, table: ValueGetter<K, V>): ValueGetter<K, V> {
  return {
    stores: [store.name, ...table.stores],
    open(context) {
      const held = context.stateStore(store);
      const get = table.open(context);
      return key => {
        const entry = held.get(key);
        if (entry === undefined) return get(key);
        return entry.priorValue === null ? undefined : { value: entry.priorValue, timestampMs: -1 };
      };
    },
  };
}

class Suppress<K, V> implements Processor<K, Change<V>, K, Change<V>> {
  readonly #suppression: Suppression<K, V>;
  readonly #isFinal: boolean;
  #context: ProcessorContext<K, Change<V>> | undefined;
  #buffer: SuppressBuffer<K, V> | undefined;
  /** Buffer time up to which changes were released. */
  #time: ClosedTime<unknown> | undefined;

  constructor(suppression: Suppression<K, V>) {
    this.#suppression = suppression;
    this.#isFinal = suppression.config.until === 'window-closes';
  }

  init(context: ProcessorContext<K, Change<V>>): void {
    const { store, time, config } = this.#suppression;
    this.#context = context;
    this.#time = time.open(context as ProcessorContext<unknown, unknown>);
    const measured = config.maxBytes === undefined ? undefined : store.value;
    const buffer = new SuppressBuffer(context.stateStore(store), store.key, measured);
    this.#buffer = buffer;
    context.onUndo(() => buffer.reload());
    context.onIdleTime(timeMs => this.#moveTo(timeMs));
  }

  process({ key, value, timestampMs, headers }: StreamRecord<K, Change<V>>): void {
    const { newValue, oldValue: priorValue } = value;
    const bufferMs = this.#isFinal ? endOf(key) : timestampMs;
    this.#buffer?.put(key, { bufferMs, timestampMs, newValue, priorValue, headers });
    this.#moveTo(timestampMs);
  }

  #moveTo(timeMs: number): void {
    const releasedMs = timeMs - this.#suppression.holdMs;
    const before = this.#time?.upTo(undefined) ?? -1;
    if (releasedMs > before) this.#time?.close(undefined, releasedMs);
    this.#release(Math.max(before, releasedMs));
  }

  #release(upToMs: number): void {
    const buffer = this.#buffer;
    if (buffer === undefined) return;
    while (buffer.leastMs <= upToMs) this.#emitNext(buffer);
    while (this.#isFull(buffer)) {
      if (this.#suppression.config.whenFull === 'shut-down') throw this.#full(buffer);
      this.#emitNext(buffer);
    }
  }

  #emitNext(buffer: SuppressBuffer<K, V>): void {
    const next = buffer.take();
    if (next === undefined) return;
    const [key, { newValue, priorValue, timestampMs, headers }] = next;
    if (newValue === null && this.#isFinal) return;
    this.#context?.forward({ key, value: { newValue, oldValue: priorValue }, timestampMs, headers });
  }

  #isFull({ records, bytes }: SuppressBuffer<K, V>): boolean {
    const { maxRecords = Number.POSITIVE_INFINITY, maxBytes = Number.POSITIVE_INFINITY } = this.#suppression.config;
    return records > maxRecords || bytes > maxBytes;
  }

  #full({ records, bytes }: SuppressBuffer<K, V>): Error {
    const { name, config } = this.#suppression;
    const [maxRecords, maxBytes] = [config.maxRecords ?? 'any', config.maxBytes ?? 'any'];
    return new Error(`${name} is full: ${records} records of ${maxRecords}, ${bytes} bytes of ${maxBytes}`);
  }
}

function endOf(key: unknown): number {
  return (key as { readonly endMs: number }).endMs;
}
