import type { Processor, ProcessorContext, StreamRecord, ValueAndTimestamp } from '@sightline/processors/runtime';
import type { GlobalKTable, GlobalTableState } from './global-table.ts';
import type { Joiner, StreamParts, TableParts } from './parts.ts';
import { copartition } from './repartition.ts';

type Kind = 'inner' | 'left';
type Lookup<K, V> = (key: K) => ValueAndTimestamp<V> | undefined;
type KeyOf<K, V, KT> = (record: StreamRecord<K, V>) => KT | null;

export function streamTableJoin<K, V, VT, VO>(
  kind: Kind,
  name: string,
  { topology, node, serdes, passed = [] }: StreamParts<K, V>,
  table: TableParts<NonNullable<K>, VT>,
  joiner: Joiner<K, never, never, VO>,
): StreamParts<K, VO> {
  copartition(topology, node, table.node);
  if (kind === 'left') for (const repartition of passed) repartition.keepsNullKeys = true;
  const { valueGetter } = table;
  const join = joiner as Joiner<K, NonNullable<V>, VT | null, VO>;
  topology.addProcessor(
    name,
    () => new TableJoin(kind, context => valueGetter.open(context), ownKey<K, V>, join),
    [node],
    valueGetter.stores,
  );
  return { topology, node: name, serdes: { key: serdes.key }, passed };
}

export function globalTableJoin<K, V, KT, VT, VO>(
  kind: Kind,
  name: string,
  { topology, node, serdes, rekeyedBy, passed = [] }: StreamParts<K, V>,
  table: GlobalKTable<KT, VT>,
  keyOf: KeyOf<K, V, KT>,
  joiner: Joiner<K, never, never, VO>,
): StreamParts<K, VO> {
  if (kind === 'left') for (const repartition of passed) repartition.keepsNullKeys = true;
  const join = joiner as Joiner<K, NonNullable<V>, VT | null, VO>;
  const open = (context: ProcessorContext<K, VO>): Lookup<KT, VT> => {
    const state = context.globalState<GlobalTableState<KT, VT>>(table.name);
    return key => state.get(key);
  };
  topology.addProcessor(name, () => new TableJoin(kind, open, keyOf, join), [node]);
  return { topology, node: name, serdes: { key: serdes.key }, passed, rekeyedBy };
}

function ownKey<K, V>(record: StreamRecord<K, V>): NonNullable<K> | null {
  return record.key ?? null;
}

/** Joins a stream's records with the present values of a table, as KStreamKTableJoinProcessor. */
class TableJoin<K, V, KT, VT, VO> implements Processor<K, V, K, VO> {
  readonly #isLeft: boolean;
  readonly #open: (context: ProcessorContext<K, VO>) => Lookup<KT, VT>;
  readonly #keyOf: KeyOf<K, V, KT>;
  readonly #joiner: Joiner<K, NonNullable<V>, VT | null, VO>;
  #context: ProcessorContext<K, VO> | undefined;
  #lookup: Lookup<KT, VT> | undefined;

  constructor(
    kind: Kind,
    open: (context: ProcessorContext<K, VO>) => Lookup<KT, VT>,
    keyOf: KeyOf<K, V, KT>,
    joiner: Joiner<K, NonNullable<V>, VT | null, VO>,
  ) {
    this.#isLeft = kind === 'left';
    this.#open = open;
    this.#keyOf = keyOf;
    this.#joiner = joiner;
  }

  init(context: ProcessorContext<K, VO>): void {
    this.#context = context;
    this.#lookup = this.#open(context);
  }

  process(record: StreamRecord<K, V>): void {
    const { key, value, timestampMs, headers } = record;
    const tableKey = this.#keyOf(record);
    if (value === null || value === undefined || (tableKey === null && !this.#isLeft)) {
      this.#context?.account('filtered');
      return;
    }
    const found = tableKey === null ? undefined : this.#lookup?.(tableKey);
    if (found === undefined && !this.#isLeft) return;
    this.#context?.forward({ key, value: this.#joiner(value, found?.value ?? null, key), timestampMs, headers });
  }
}
