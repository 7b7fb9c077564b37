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

/** A state store of one task, of any kind: what the task does with it, and in `stateStore` what processors see of it. */
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

  /** Whether the next transaction has something of this store. */
  get isDirty(): boolean {
    return this.#layers.isDirty;
  }

  /** From here on `rollback` leads back to here, observed time included. */
  mark(): void {
    this.#layers.mark();
  }

  rollback(): void {
    this.#layers.rollback();
  }

  /** What the changelog must take in the transaction that begins now: the last value of each changed key. */
  freeze(): readonly ChangelogEntry[] {
    return this.#layers.freeze();
  }

  /** The transaction with the changes of `freeze()` is committed; with `checkpoint` where the changelog then stood. */
  applied(checkpoint?: Checkpoint): void {
    this.#layers.applied(checkpoint);
  }

  /**
   * Takes records of the changelog, in order; with `checkpoint` what is then contained. Copies what it keeps; returns
   * the number of records.
   */
  restore(changelog: LogEntries | readonly LogRecord[], checkpoint?: Checkpoint): number {
    return this.#layers.restore('each' in changelog ? changelog : new RecordEntries(changelog), checkpoint);
  }

  /** What an earlier process left here, page by page as records of the changelog; once, then nothing. */
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

  /** When the engine was known to stand at `restoreFrom`, ms of the wall clock. */
  get checkpointedAtMs(): number | undefined {
    return this.#engine.checkpoint?.atMs;
  }

  /** Where the changelog has to be read from to bring the state up; undefined: from its start. */
  get restoreFrom(): bigint | undefined {
    return this.#engine.checkpoint?.changelogOffset;
  }

  /**
   * For readers outside the task: what is committed, and nothing that may still be rolled back. It lags behind the
   * task by what was processed since the last applied commit.
   */
  committedView(): AnyReadOnlyStore {
    return view(this.builder, this.#engine);
  }

  /** Begins anew, from the start of the changelog; nothing uncommitted may be there. */
  wipe(): void {
    this.#layers.wipe();
  }
}

/** How the names of a store hold time; undefined where they do not. */
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
