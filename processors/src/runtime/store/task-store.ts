import type { LogEntries, LogRecord } from '../../log/log-client.ts';
import type { AnyStoreBuilder } from './any-store-builder.ts';
import { KeyValueState, KeyValueView } from './key-value-state.ts';
import type { KeyValueStore, ReadOnlyKeyValueStore } from './key-value-store.ts';
import { after, toKey } from './names.ts';
import { RecordEntries } from './record-entries.ts';
import { SessionState, SessionView, sessionFormat } from './session-state.ts';
import type { ReadOnlySessionStore, SessionStore } from './session-store.ts';
import type { Checkpoint, NameFormat, StoreEngine } from './store-engine.ts';
import { type ChangelogEntry, StoreLayers } from './store-layers.ts';
import { TimedLayers } from './timed-layers.ts';
import { WindowState, WindowView, windowFormat } from './window-state.ts';
import type { ReadOnlyWindowStore, WindowStore } from './window-store.ts';

type AnyStore = KeyValueStore<unknown, unknown> | WindowStore<unknown, unknown> | SessionStore<unknown, unknown>;
type AnyReadOnlyStore =
  | ReadOnlyKeyValueStore<unknown, unknown>
  | ReadOnlyWindowStore<unknown, unknown>
  | ReadOnlySessionStore<unknown, unknown>;

const PAGE = 1024;

/** A state store of one task, of any kind, as the task uses it; processors use its `stateStore`. */
export class TaskStore {
  readonly name: string;
  readonly builder: AnyStoreBuilder;
  readonly stateStore: AnyStore;
  readonly #engine: StoreEngine;
  readonly #layers: StoreLayers;

  constructor(builder: AnyStoreBuilder, engine: StoreEngine) {
    this.name = builder.name;
    this.builder = builder;
    this.#engine = engine;
    const { layers, stateStore } = open(builder, engine);
    this.#layers = layers;
    this.stateStore = stateStore;
  }

  all(): Iterable<readonly [unknown, unknown]> {
    return this.stateStore.all();
  }

  get size(): number {
    return this.#layers.size;
  }

  /** True when the next transaction has changes of this store. */
  get isDirty(): boolean {
    return this.#layers.isDirty;
  }

  /** Sets the state to which `rollback` returns, observed time included. */
  mark(): void {
    this.#layers.mark();
  }

  rollback(): void {
    this.#layers.rollback();
  }

  /** The changelog entries of the transaction that begins now: the last value of each changed key. */
  freeze(): readonly ChangelogEntry[] {
    return this.#layers.freeze();
  }

  /** The transaction with the changes of `freeze()` is committed; `checkpoint`: the changelog's position after it. */
  applied(checkpoint?: Checkpoint): void {
    this.#layers.applied(checkpoint);
  }

  /**
   * Applies changelog records in order; `checkpoint` is the position after them. Copies what it keeps; returns the
   * number of records.
   */
  restore(changelog: LogEntries | readonly LogRecord[], checkpoint?: Checkpoint): number {
    return this.#layers.restore('each' in changelog ? changelog : new RecordEntries(changelog), checkpoint);
  }

  /** Entries of an earlier process, page by page as changelog records; available once. */
  *inheritedRecords(): Iterable<readonly LogRecord[]> {
    if (this.#engine.isInherited !== true) return;
    const rest = { offset: 0n, timestampMs: 0, headers: [] };
    for (let low = ''; ; ) {
      const page = this.#engine.slice({ low, high: undefined, backward: false, limit: PAGE });
      yield page.map(([name, { bytes }]) => ({ ...rest, key: toKey(name), value: bytes }));
      const last = page.at(-1);
      if (last === undefined || page.length < PAGE) break;
      low = after(last[0]);
    }
    this.#engine.isInherited = false;
  }

  /** Wall-clock time in ms at which the engine was known to be at `restoreFrom`. */
  get checkpointedAtMs(): number | undefined {
    return this.#engine.checkpoint?.atMs;
  }

  /** The changelog offset from which to restore; undefined: from its start. */
  get restoreFrom(): bigint | undefined {
    return this.#engine.checkpoint?.changelogOffset;
  }

  /**
   * The committed state for readers outside the task, without anything that can still be rolled back. It lags the task
   * by everything since the last applied commit.
   */
  committedView(): AnyReadOnlyStore {
    return view(this.builder, this.#engine);
  }

  /** Empties the store, so it restores from the start of the changelog. It must have no uncommitted changes. */
  wipe(): void {
    this.#layers.wipe();
  }
}

/** Position of the time in a store's names; undefined for kinds without time. */
export function nameFormat(builder: AnyStoreBuilder): NameFormat | undefined {
  if (builder.kind === 'key-value') return undefined;
  return builder.kind === 'window' ? windowFormat(builder) : sessionFormat;
}

function open(builder: AnyStoreBuilder, engine: StoreEngine): { layers: StoreLayers; stateStore: AnyStore } {
  switch (builder.kind) {
    case 'key-value': {
      const layers = new StoreLayers(engine);
      return { layers, stateStore: new KeyValueState(builder, layers) };
    }
    case 'window': {
      const layers = new TimedLayers(engine, windowFormat(builder), builder.retentionMs);
      return { layers, stateStore: new WindowState(builder, layers) };
    }
    case 'session': {
      const layers = new TimedLayers(engine, sessionFormat, builder.retentionMs);
      return { layers, stateStore: new SessionState(builder, layers) };
    }
  }
}

function view(builder: AnyStoreBuilder, engine: StoreEngine): AnyReadOnlyStore {
  const reads = new StoreLayers(engine);
  switch (builder.kind) {
    case 'key-value':
      return new KeyValueView(builder, reads);
    case 'window':
      return new WindowView(builder, reads);
    case 'session':
      return new SessionView(builder, reads);
  }
}
