import type {
  Processor,
  ProcessorContext,
  StoreOptions,
  StreamRecord,
  Topology,
  Windowed,
} from '@sightline/processors/runtime';
import type { Serde } from '@sightline/schemas/topic';
import { type CogroupedTimes, closedTimeByTurn, cogroupedTimes, turnOf } from './cogrouped-time.ts';
import { type Aggregator, aggregating } from './fold.ts';
import type { CogroupedPart, WindowMaterialized } from './parts.ts';
import { copartition } from './repartition.ts';
import type { Serdes } from './serdes.ts';
import { mappingValues, passing } from './stateless.ts';
import { aggregateTable } from './stream-aggregate.ts';
import type {
  CogroupedKStream,
  CogroupedSessions,
  CogroupedTimeWindows,
  KGroupedStream,
  KTable,
  SessionWindowedStream,
  Streams,
  TimeWindowedStream,
} from './streams.ts';
import { BySessions, ByTimeWindows } from './windowed-stream.ts';
import type { SessionWindows, SlidingWindows, TimeWindows } from './windows.ts';

/** A record's value, with the aggregator that adds it. */
interface Addition<K, A> {
  readonly value: unknown;
  readonly add: Aggregator<K, never, A>;
}

export class Cogrouped<K, A> implements CogroupedKStream<K, A> {
  readonly #streams: Streams;
  readonly #parts: readonly CogroupedPart<K, A>[];

  constructor(streams: Streams, parts: readonly CogroupedPart<K, A>[]) {
    this.#streams = streams;
    this.#parts = parts;
  }

  cogroup<V>(stream: KGroupedStream<K, V>, add: Aggregator<K, V, A>): CogroupedKStream<K, A> {
    return new Cogrouped(this.#streams, [...this.#parts, stream.partOf(add)]);
  }

  aggregate(name: string, initial: () => A, options: StoreOptions & { readonly value: Serde<A> }): KTable<K, A> {
    const together = this.#together(name, ({ add }) => {
      return () => mappingValues(value => (value === null ? null : { value, add }));
    });
    const fold = aggregating(initial, adding<K, A>);
    return this.#streams.table(aggregateTable(together, name, fold, options.value, options));
  }

  windowedBy(name: string, windows: TimeWindows | SlidingWindows): CogroupedTimeWindows<K, A>;
  windowedBy(name: string, windows: SessionWindows): CogroupedSessions<K, A>;
  windowedBy(
    name: string,
    windows: TimeWindows | SlidingWindows | SessionWindows,
  ): CogroupedTimeWindows<K, A> | CogroupedSessions<K, A> {
    const times = windows.time === 'task' ? cogroupedTimes(name) : undefined;
    const together = this.#together(
      name,
      ({ add }, stream) =>
        () =>
          new TakeTurns(stream, add, times),
      times,
    );
    const closedTime = times && ((noneMs: number) => closedTimeByTurn(times, noneMs));
    const grouped = { ...together, name, ...(closedTime === undefined ? {} : { closedTime }) };
    return windows.kind === 'session'
      ? new TogetherBySessions(new BySessions<K, Addition<K, A>>(this.#streams, grouped, windows))
      : new TogetherByTimeWindows(new ByTimeWindows<K, Addition<K, A>>(this.#streams, grouped, windows));
  }

  #together(
    name: string,
    supplierOf: (part: CogroupedPart<K, A>, stream: string) => Parameters<Topology['addProcessor']>[1],
    times?: CogroupedTimes,
  ) {
    const [first] = this.#parts;
    if (first === undefined) throw new RangeError('cogroup needs at least one stream');
    const { topology, key } = first;
    if (times !== undefined) topology.addStateStore(times);
    copartition(topology, ...this.#parts.map(({ node }) => node));
    const nodes = this.#parts.map((part, index) => {
      const node = `${name}-cogroup-${index}`;
      topology.addProcessor(
        node,
        supplierOf(part, String(index)),
        [part.node],
        times === undefined ? [] : [times.name],
      );
      return node;
    });
    topology.addProcessor(`${name}-cogroup`, passing, nodes);
    const serdes: Serdes<K, Addition<K, A>> = { key };
    return { topology, node: `${name}-cogroup`, serdes };
  }
}

class TogetherByTimeWindows<K, A> implements CogroupedTimeWindows<K, A> {
  readonly #windowed: TimeWindowedStream<K, Addition<K, A>>;

  constructor(windowed: TimeWindowedStream<K, Addition<K, A>>) {
    this.#windowed = windowed;
  }

  aggregate(initial: () => A, options: WindowMaterialized & { readonly value: Serde<A> }): KTable<Windowed<K>, A> {
    return this.#windowed.aggregate(initial, adding, options).updates;
  }
}

class TogetherBySessions<K, A> implements CogroupedSessions<K, A> {
  readonly #windowed: SessionWindowedStream<K, Addition<K, A>>;

  constructor(windowed: SessionWindowedStream<K, Addition<K, A>>) {
    this.#windowed = windowed;
  }

  aggregate(
    initial: () => A,
    merge: (one: A, other: A, key: K) => A,
    options: WindowMaterialized & { readonly value: Serde<A> },
  ): KTable<Windowed<K>, A> {
    return this.#windowed.aggregate(initial, adding, merge, options).updates;
  }
}

/** Sets the stream whose record is processed, and forwards the record with its aggregator. */
class TakeTurns<K, A> implements Processor<K, unknown, K, Addition<K, A>> {
  readonly #stream: string;
  readonly #add: Aggregator<K, never, A>;
  readonly #times: CogroupedTimes | undefined;
  #context: ProcessorContext<K, Addition<K, A>> | undefined;
  #turn: ReturnType<typeof turnOf> | undefined;

  constructor(stream: string, add: Aggregator<K, never, A>, times: CogroupedTimes | undefined) {
    this.#stream = stream;
    this.#add = add;
    this.#times = times;
  }

  init(context: ProcessorContext<K, Addition<K, A>>): void {
    this.#context = context;
    if (this.#times !== undefined) this.#turn = turnOf(context, this.#times);
  }

  process({ key, value, timestampMs, headers }: StreamRecord<K, unknown>): void {
    if (this.#turn !== undefined) this.#turn.stream = this.#stream;
    this.#context?.forward({ key, value: { value, add: this.#add }, timestampMs, headers });
  }
}

function adding<K, A>(aggregate: A, { value, add }: Addition<K, A>, record: StreamRecord<K, Addition<K, A>>): A | null {
  return add(aggregate, value as never, { ...record, value } as StreamRecord<K, never>);
}
