import type { Topology, ValueAndTimestamp, Windowed } from '@sightline/processors/runtime';
import type { Serde } from '@sightline/schemas/topic';
import type { ValueGetter } from './parts.ts';
import type { Serdes } from './serdes.ts';
import { passing } from './stateless.ts';
import type { KStream, KTable, Streams, WindowedAggregate } from './streams.ts';
import { outputNode, type WindowUses } from './window-output.ts';

export interface WindowedParts<K, V, A> {
  readonly topology: Topology;
  readonly name: string;
  readonly serdes: Serdes<K, V>;
  readonly windowed: Serde<Windowed<K>>;
  readonly value: Serde<A>;
  readonly uses: WindowUses;
  readonly valueGetter: ValueGetter<Windowed<K>, A>;
  /** Undefined where suppression cannot know when a window closes: with windows by the time of each key. */
  readonly graceMs: number | undefined;
}

/** Each output is added to the topology when it is first used. */
export class WindowOutputs<K, V, A> implements WindowedAggregate<K, V, A> {
  readonly #streams: Streams;
  readonly #parts: WindowedParts<K, V, A>;
  #updates: KTable<Windowed<K>, A> | undefined;
  #closed: KStream<Windowed<K>, A> | undefined;
  #late: KStream<K, V> | undefined;

  constructor(streams: Streams, parts: WindowedParts<K, V, A>) {
    this.#streams = streams;
    this.#parts = parts;
  }

  get updates(): KTable<Windowed<K>, A> {
    const { topology, windowed, value, valueGetter, graceMs } = this.#parts;
    const key = graceMs === undefined ? windowed : { ...windowed, graceMs };
    this.#updates ??= this.#streams.table({ topology, node: this.#output('updates'), key, value, valueGetter });
    return this.#updates;
  }

  get closed(): KStream<Windowed<K>, A> {
    const { topology, windowed, value } = this.#parts;
    const serdes = { key: windowed, value: value as Serde<NonNullable<A>> };
    this.#closed ??= this.#streams.stream<Windowed<K>, A>({ topology, node: this.#output('closed'), serdes });
    return this.#closed;
  }

  get late(): KStream<K, V> {
    const { topology } = this.#parts;
    const serdes = this.#parts.serdes as Serdes<NonNullable<K>, NonNullable<V>>;
    this.#late ??= this.#streams.stream<K, V>({ topology, node: this.#output('late'), serdes });
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
