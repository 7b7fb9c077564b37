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

/** Which of the outputs of a windowed aggregation the topology goes on from; complete once it is built. */
export interface WindowUses {
  updates: boolean;
  closed: boolean;
  late: boolean;
}

/** Names of the nodes behind the aggregation, one for each output. */
export function outputNode(name: string, output: keyof WindowUses): string {
  return `${name}-${output}`;
}

/** What a windowed aggregation is made of, whatever its windows. */
export interface WindowAggregation<K, W, F, S> {
  readonly name: string;
  readonly windows: W;
  readonly fold: F;
  readonly store: S;
  readonly closedTime: ClosedTimeStore<K>;
  readonly uses: Readonly<WindowUses>;
}

/** What moves the time of windows: a record, or only the hour (`whenIdle` of a source), without key and headers. */
export type TimeMove<K> = Pick<StreamRecord<K, unknown>, 'key' | 'timestampMs' | 'headers'>;

/** Moves the windows of a task also when nothing comes. Ask in `init`. */
export function onIdleTime<K>(context: ProcessorContext<unknown, unknown>, move: (to: TimeMove<K>) => void): void {
  context.onIdleTime(timestampMs => move({ key: null as K, timestampMs, headers: [] }));
}

interface Held<K, A> extends Change<A> {
  readonly key: Windowed<K>;
  readonly timestampMs: number;
  readonly headers: RecordHeaders;
}

/** About what a held update takes beside its aggregate, which the state store holds too. */
const HELD_BYTES = 256;

/** Sends what a windowed aggregation has to say to the nodes that were asked for. Make it in `init`. */
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

  /** A window has another aggregate than before; null: none. Times in ms; `timestampMs` is the new aggregate's. */
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

  /** The last word on a window. `headers`: of the record that closed it. */
  close(key: Windowed<K>, value: A, timestampMs: number, headers: RecordHeaders): void {
    if (this.#closed !== undefined) this.#context.forward({ key, value, timestampMs, headers }, this.#closed);
  }

  /** All windows of the record are closed. */
  tellLate(record: StreamRecord<K, V>): void {
    this.#context.account('late');
    if (this.#late !== undefined) this.#context.forward(record, this.#late);
  }

  /** A window that came and went between two commits is not told of. */
  #tell({ key, newValue, oldValue, timestampMs, headers }: Held<K, A>): void {
    if (newValue === null && oldValue === null) return;
    this.#context.forward({ key, value: { newValue, oldValue }, timestampMs, headers }, this.#updates);
  }

  /** Beside the start of the window, which tells the end of all but sessions. */
  #cacheKey(key: K, endMs: number): string {
    const name = typeof key === 'string' ? key : this.#key.serialize(key).toString('latin1');
    return this.#areSessions ? `${endMs}-${name}` : name;
  }
}
