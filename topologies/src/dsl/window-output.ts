import type {
  ProcessorContext,
  RecordCache,
  RecordHeaders,
  StreamRecord,
  Windowed,
} from '@sightline/processors/runtime';
import type { Serde } from '@sightline/schemas/topic';
import type { Change } from './change.ts';
import type { ClosedTimeStore } from './window-time.ts';

/** The outputs of a windowed aggregation that the topology uses; complete once the topology is built. */
export interface WindowUses {
  updates: boolean;
  closed: boolean;
  late: boolean;
}

/** Names of the nodes after the aggregation, one for each output. */
export function outputNode(name: string, output: keyof WindowUses): string {
  return `${name}-${output}`;
}

/** The parts of a windowed aggregation, for every kind of windows. */
export interface WindowAggregation<K, W, F, S> {
  readonly name: string;
  readonly windows: W;
  readonly fold: F;
  readonly store: S;
  readonly closedTime: ClosedTimeStore<K>;
  readonly uses: Readonly<WindowUses>;
}

/** What moves the time of windows: a record, or time alone (`whenIdle` of a source), without key and headers. */
export type TimeMove<K> = Pick<StreamRecord<K, unknown>, 'key' | 'timestampMs' | 'headers'>;

/** Also moves the windows of a task while no records come. Call it in `init`. */
export function onIdleTime<K>(context: ProcessorContext<unknown, unknown>, move: (to: TimeMove<K>) => void): void {
  context.onIdleTime(timestampMs => move({ key: null as K, timestampMs, headers: [] }));
}

interface Held<K, A> extends Change<A> {
  readonly key: Windowed<K>;
  readonly timestampMs: number;
  readonly headers: RecordHeaders;
}

/** Approximate size of a held update besides its aggregate, which the state store has too. */
const HELD_BYTES = 256;

/** Forwards the outputs of a windowed aggregation to the nodes that use them. Create it in `init`. */
export class WindowOutput<K, V, A> {
  readonly #context: ProcessorContext<unknown, unknown>;
  readonly #key: Serde<K>;
  readonly #updates: string | undefined;
  readonly #closed: string | undefined;
  readonly #late: string | undefined;
  readonly #areSessions: boolean;
  readonly #cache: RecordCache<Held<K, A>> | undefined;

  constructor(
    context: ProcessorContext<unknown, unknown>,
    name: string,
    key: Serde<K>,
    uses: Readonly<WindowUses>,
    areSessions = false,
  ) {
    this.#areSessions = areSessions;
    const node = (output: keyof WindowUses) => (uses[output] ? outputNode(name, output) : undefined);
    this.#context = context;
    this.#key = key;
    this.#updates = node('updates');
    this.#closed = node('closed');
    this.#late = node('late');
    this.#cache = uses.updates ? context.recordCache<Held<K, A>>(held => this.#tell(held)) : undefined;
  }

  get wantsClosed(): boolean {
    return this.#closed !== undefined;
  }

  /** Reports a window's new aggregate; null: deleted. Times in ms since 1970; `timestampMs` is the new aggregate's. */
  update(
    key: K,
    startMs: number,
    endMs: number,
    newValue: A | null,
    oldValue: A | null,
    timestampMs: number,
    headers: RecordHeaders,
  ): void {
    if (this.#updates === undefined) return;
    if (this.#cache === undefined) {
      this.#tell({ key: { key, startMs, endMs }, newValue, oldValue, timestampMs, headers });
      return;
    }
    const name = this.#cacheKey(key, endMs);
    const held = this.#cache.get(name, startMs);
    const window = held === undefined ? { key, startMs, endMs } : held.key;
    const before = held === undefined ? oldValue : held.oldValue;
    this.#cache.put(name, { key: window, newValue, oldValue: before, timestampMs, headers }, HELD_BYTES, startMs);
  }

  /** Reports a closed window. `headers`: of the record that closed it. */
  close(key: Windowed<K>, value: A, timestampMs: number, headers: RecordHeaders): void {
    if (this.#closed !== undefined) this.#context.forward({ key, value, timestampMs, headers }, this.#closed);
  }

  /** Reports a record whose windows are all closed. */
  tellLate(record: StreamRecord<K, V>): void {
    this.#context.account('late');
    if (this.#late !== undefined) this.#context.forward(record, this.#late);
  }

  /** A window that appeared and disappeared between two commits is not forwarded. */
  #tell({ key, newValue, oldValue, timestampMs, headers }: Held<K, A>): void {
    if (newValue === null && oldValue === null) return;
    this.#context.forward({ key, value: { newValue, oldValue }, timestampMs, headers }, this.#updates);
  }

  /** The cache's key of a window, beside its start. Only sessions need their end in it. */
  #cacheKey(key: K, endMs: number): string {
    const name = typeof key === 'string' ? key : this.#key.serialize(key).toString('latin1');
    return this.#areSessions ? `${endMs}-${name}` : name;
  }
}
