import type { Topology, ValueAndTimestamp, Windowed } from '@sightline/processors/runtime';
import type { Serde } from '@sightline/schemas/topic';
import { KStream } from './k-stream.ts';
import { KTable, type ValueGetter } from './k-table.ts';
import type { Serdes } from './serdes.ts';
import { passing } from './stateless.ts';
import { outputNode, type WindowUses } from './window-output.ts';

export interface WindowedParts<K, V, A> {
  readonly topology: Topology;
  readonly name: string;
  readonly serdes: Serdes<K, V>;
  readonly windowed: Serde<Windowed<K>>;
  readonly value: Serde<A>;
  readonly uses: WindowUses;
  readonly valueGetter: ValueGetter<Windowed<K>, A>;
  /** Undefined where suppression cannot know when a window closes: windows that go by the time of each key. */
  readonly graceMs: number | undefined;
}

/**
 * What comes of aggregating by windows: three outputs, each a node `<name>-updates`, `<name>-closed`, `<name>-late` that
 * there is only when it is asked for. The aggregates themselves lie in the state store `<name>`.
 */
export class WindowedAggregate<K, V, A> {
  readonly #parts: WindowedParts<K, V, A>;
  #updates: KTable<Windowed<K>, A> | undefined;
  #closed: KStream<Windowed<K>, A> | undefined;
  #late: KStream<K, V> | undefined;

  constructor(parts: WindowedParts<K, V, A>) {
    this.#parts = parts;
  }

  /** Every change of a window (emit on update); with a cache one per commit. */
  get updates(): KTable<Windowed<K>, A> {
    const { topology, windowed, value, valueGetter, graceMs } = this.#parts;
    const key = graceMs === undefined ? windowed : { ...windowed, graceMs };
    this.#updates ??= new KTable({ topology, node: this.#output('updates'), key, value, valueGetter });
    return this.#updates;
  }

  /** Each window once, when it closes (emit final, KIP-825); over restarts too. */
  get closed(): KStream<Windowed<K>, A> {
    const { topology, windowed, value } = this.#parts;
    const serdes = { key: windowed, value: value as Serde<NonNullable<A>> };
    this.#closed ??= new KStream<Windowed<K>, A>(topology, this.#output('closed'), serdes);
    return this.#closed;
  }

  /**
   * Records that came too late for all their windows, as they came; they are accounted `late`. A record that was too
   * late for some is in the others, and accounted processed. `dropped-records` counts one for every window missed.
   */
  get late(): KStream<K, V> {
    const { topology } = this.#parts;
    const serdes = this.#parts.serdes as Serdes<NonNullable<K>, NonNullable<V>>;
    this.#late ??= new KStream<K, V>(topology, this.#output('late'), serdes);
    return this.#late;
  }

  #output(output: keyof WindowUses): string {
    const { topology, name, uses } = this.#parts;
    const node = outputNode(name, output);
    topology.addProcessor(node, passing, [name]);
    uses[output] = true;
    return node;
  }
}

/** Looks windows up in their state store. */
export function windowGetter<K, A>(store: string): ValueGetter<Windowed<K>, A> {
  return {
    stores: [store],
    open(context) {
      const windows = context.stateStore<WindowReads<K, A>>(store);
      return ({ key, startMs }) => windows.get(key, startMs);
    },
  };
}

interface WindowReads<K, A> {
  readonly name: string;
  get(key: K, startMs: number): ValueAndTimestamp<A> | undefined;
}

/** Looks sessions up in their state store. */
export function sessionGetter<K, A>(store: string): ValueGetter<Windowed<K>, A> {
  return {
    stores: [store],
    open(context) {
      const sessions = context.stateStore<SessionReads<K, A>>(store);
      return ({ key, startMs, endMs }) => {
        const value = sessions.get(key, startMs, endMs);
        return value === undefined ? undefined : { value, timestampMs: endMs };
      };
    },
  };
}

interface SessionReads<K, A> {
  readonly name: string;
  get(key: K, startMs: number, endMs: number): A | undefined;
}
