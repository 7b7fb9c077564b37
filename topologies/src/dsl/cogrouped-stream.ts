import type { StoreOptions, StreamRecord, Topology } from '@sightline/processors/runtime';
import type { Serde } from '@sightline/schemas/topic';
import type { Aggregator } from './fold.ts';
import { KGroupedStream } from './k-grouped-stream.ts';
import type { KTable } from './k-table.ts';
import { copartition } from './repartition.ts';
import type { Serdes } from './serdes.ts';
import { mappingValues, passing } from './stateless.ts';
import type { WindowedAggregate } from './windowed-aggregate.ts';
import type { SessionWindowedStream, TimeWindowedStream, WindowMaterialized } from './windowed-stream.ts';
import type { SessionWindows, SlidingWindows, TimeWindows } from './windows.ts';

/** One of the streams, and how its records become part of the aggregate. */
export interface CogroupedPart<K, A> {
  readonly topology: Topology;
  readonly node: string;
  readonly key: Serde<K> | undefined;
  readonly add: Aggregator<K, never, A>;
}

/** A record's value with what adds it. */
interface Addition<K, A> {
  readonly value: unknown;
  readonly add: Aggregator<K, never, A>;
}

/**
 * Several grouped streams that are aggregated into one (KIP-150), each by an aggregator of its own; their records are
 * taken in the order in which the task takes them. The streams must be cut alike. Windows go by the time of all of them,
 * where Kafka Streams judges each stream's records by that stream's time alone.
 */
export class CogroupedKStream<K, A> {
  readonly #parts: readonly CogroupedPart<K, A>[];

  constructor(parts: readonly CogroupedPart<K, A>[]) {
    this.#parts = parts;
  }

  cogroup<V>(stream: KGroupedStream<K, V>, add: Aggregator<K, V, A>): CogroupedKStream<K, A> {
    return new CogroupedKStream([...this.#parts, stream.partOf(add)]);
  }

  /** As `KGroupedStream.aggregate`; the nodes before it are `<name>-cogroup-0`, `-1` ... and `<name>-cogroup`. */
  aggregate(name: string, initial: () => A, options: StoreOptions & { readonly value: Serde<A> }): KTable<K, A> {
    return this.#together(name, false).aggregate(name, initial, adding, options);
  }

  windowedBy(name: string, windows: TimeWindows | SlidingWindows): CogroupedTimeWindows<K, A>;
  windowedBy(name: string, windows: SessionWindows): CogroupedSessions<K, A>;
  windowedBy(
    name: string,
    windows: TimeWindows | SlidingWindows | SessionWindows,
  ): CogroupedTimeWindows<K, A> | CogroupedSessions<K, A> {
    const together = this.#together(name, true);
    return windows.kind === 'session'
      ? new CogroupedSessions(together.windowedBy(name, windows))
      : new CogroupedTimeWindows(together.windowedBy(name, windows));
  }

  /** All records in one stream. A null value counts in windows and nowhere else, as in Kafka Streams. */
  #together(name: string, takesNulls: boolean): KGroupedStream<K, Addition<K, A>> {
    const [first] = this.#parts;
    if (first === undefined) throw new RangeError('nothing to cogroup');
    const { topology, key } = first;
    copartition(topology, ...this.#parts.map(({ node }) => node));
    const nodes = this.#parts.map(({ node, add }, index) => {
      const own = `${name}-cogroup-${index}`;
      topology.addProcessor(
        own,
        () => mappingValues(value => (value === null && !takesNulls ? null : { value, add })),
        [node],
      );
      return own;
    });
    topology.addProcessor(`${name}-cogroup`, passing, nodes);
    return new KGroupedStream<K, Addition<K, A>>(topology, `${name}-cogroup`, { key } as Serdes<K, Addition<K, A>>);
  }
}

/** What comes of aggregating several streams by windows; late records are accounted. */
export type CogroupedAggregate<K, A> = Pick<WindowedAggregate<K, never, A>, 'updates' | 'closed'>;

export class CogroupedTimeWindows<K, A> {
  readonly #windowed: TimeWindowedStream<K, Addition<K, A>>;

  constructor(windowed: TimeWindowedStream<K, Addition<K, A>>) {
    this.#windowed = windowed;
  }

  aggregate(initial: () => A, options: WindowMaterialized & { readonly value: Serde<A> }): CogroupedAggregate<K, A> {
    return this.#windowed.aggregate(initial, adding, options);
  }
}

export class CogroupedSessions<K, A> {
  readonly #windowed: SessionWindowedStream<K, Addition<K, A>>;

  constructor(windowed: SessionWindowedStream<K, Addition<K, A>>) {
    this.#windowed = windowed;
  }

  /** `merge` joins the aggregates of sessions that have become one, `initial()` first. */
  aggregate(
    initial: () => A,
    merge: (one: A, other: A, key: K) => A,
    options: WindowMaterialized & { readonly value: Serde<A> },
  ): CogroupedAggregate<K, A> {
    return this.#windowed.aggregate(initial, adding, merge, options);
  }
}

function adding<K, A>(aggregate: A, { value, add }: Addition<K, A>, record: StreamRecord<K, Addition<K, A>>): A | null {
  return add(aggregate, value as never, { ...record, value } as StreamRecord<K, never>);
}
