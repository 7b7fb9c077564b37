import type { Processor, ProcessorContext, StreamRecord, ValueAndTimestamp } from '@sightline/processors/runtime';
import type { Change } from './change.ts';
import type { JoinKind, Materialized, TableParts, ValueGetter } from './parts.ts';
import { copartition } from './repartition.ts';
import { needed } from './serdes.ts';
import { addTableStore, storedValues, TableStore } from './table-source.ts';
import type { StepStore } from './table-steps.ts';

type Join<V, O, VO> = (own: V | null, other: O | null) => VO | null;

/** Nodes have Kafka Streams' names: `<name>-join-this` and `<name>-join-other`, which meet in `<name>`. */
export function tableTableJoin<K, VL, VR, VO>(
  kind: JoinKind,
  name: string,
  left: TableParts<K, VL>,
  right: TableParts<K, VR>,
  joiner: (left: never, right: never) => VO | null,
  { value, store: storeName }: Materialized<VO>,
): TableParts<K, VO> {
  const { topology } = left;
  const both = joiner as Join<VL, VR, VO>;
  copartition(topology, left.node, right.node);
  if (kind !== 'inner') left.sendOldValues?.();
  if (kind === 'outer') right.sendOldValues?.();
  const asked = { oldValues: false };
  const isKept = { left: kind !== 'inner', right: kind === 'outer' };
  const thisSide = () =>
    new TableJoinSide({
      isOwnKept: isKept.left,
      isOtherKept: isKept.right,
      asked,
      others: right.valueGetter,
      join: both,
    });
  const otherSide = () =>
    new TableJoinSide<K, VR, VL, VO>({
      isOwnKept: isKept.right,
      isOtherKept: isKept.left,
      asked,
      others: left.valueGetter,
      join: (own, other) => both(other, own),
    });
  topology.addProcessor(`${name}-join-this`, thisSide, [left.node], right.valueGetter.stores);
  topology.addProcessor(`${name}-join-other`, otherSide, [right.node], left.valueGetter.stores);

  const key = left.key ?? right.key;
  const store = storeName === undefined ? undefined : { name: storeName, key: needed(key, name, 'keys') };
  if (store) addTableStore(topology, store.name, { key: store.key, value: needed(value, name, 'values') });
  const stores = store ? [store.name] : [];
  topology.addProcessor(name, () => new JoinMerger(store), [`${name}-join-this`, `${name}-join-other`], stores);
  const sendOldValues = () => {
    asked.oldValues = true;
    left.sendOldValues?.();
    right.sendOldValues?.();
  };
  const valueGetter = store ? storedValues<K, VO>(store.name) : joined(kind, left.valueGetter, right.valueGetter, both);
  return { topology, node: name, key, value, valueGetter, sendOldValues };
}

/** Looks a key up on both sides, for a result without a state store. */
function joined<K, VL, VR, VO>(
  kind: JoinKind,
  left: ValueGetter<K, VL>,
  right: ValueGetter<K, VR>,
  join: Join<VL, VR, VO>,
): ValueGetter<K, VO> {
  return {
    stores: [...new Set([...left.stores, ...right.stores])],
    open(context) {
      const [getLeft, getRight] = [left.open(context), right.open(context)];
      return key => {
        const [one, other] = [getLeft(key), getRight(key)];
        if (one === undefined && (kind !== 'outer' || other === undefined)) return undefined;
        if (other === undefined && kind === 'inner') return undefined;
        const value = join(one?.value ?? null, other?.value ?? null);
        const timestampMs = Math.max(one?.timestampMs ?? -1, other?.timestampMs ?? -1);
        return value === null ? undefined : { value, timestampMs };
      };
    },
  };
}

interface SideParts<K, V, O, VO> {
  /** True: a key of this side is in the result even when the other side lacks it. */
  readonly isOwnKept: boolean;
  readonly isOtherKept: boolean;
  readonly asked: { readonly oldValues: boolean };
  readonly others: ValueGetter<K, O>;
  readonly join: Join<V, O, VO>;
}

/** One side of a table-table join: KTableKTable{Inner,Left,Right,Outer}Join, chosen by `isKept`. */
class TableJoinSide<K, V, O, VO> implements Processor<K, Change<V>, K, Change<VO>> {
  readonly #parts: SideParts<K, V, O, VO>;
  #context: ProcessorContext<K, Change<VO>> | undefined;
  #other: ((key: K) => ValueAndTimestamp<O> | undefined) | undefined;

  constructor(parts: SideParts<K, V, O, VO>) {
    this.#parts = parts;
  }

  init(context: ProcessorContext<K, Change<VO>>): void {
    this.#context = context;
    this.#other = this.#parts.others.open(context);
  }

  process({ key, value: change, timestampMs, headers }: StreamRecord<K, Change<V>>): void {
    const found = this.#other?.(key);
    if (found === undefined) {
      if (!this.#parts.isOwnKept) return;
      if (change.newValue === null && change.oldValue === null) return;
    }
    const other = found?.value ?? null;
    const newValue = this.#joined(change.newValue, other);
    const oldValue = this.#parts.asked.oldValues ? this.#joined(change.oldValue, other) : null;
    const joinedMs = Math.max(timestampMs, found?.timestampMs ?? -1);
    this.#context?.forward({ key, value: { newValue, oldValue }, timestampMs: joinedMs, headers });
  }

  #joined(own: V | null, other: O | null): VO | null {
    const { isOtherKept, join } = this.#parts;
    return own !== null || (isOtherKept && other !== null) ? join(own, other) : null;
  }
}

/** Merges both sides' results into one table, with a state store if it has one (KTableKTableJoinMerger). */
class JoinMerger<K, V> implements Processor<K, Change<V>, K, Change<V>> {
  readonly #kept: StepStore<K> | undefined;
  #context: ProcessorContext<K, Change<V>> | undefined;
  #store: TableStore<K, V> | undefined;

  constructor(kept: StepStore<K> | undefined) {
    this.#kept = kept;
  }

  init(context: ProcessorContext<K, Change<V>>): void {
    this.#context = context;
    if (this.#kept) this.#store = new TableStore(context, this.#kept.name, this.#kept.key);
  }

  process(record: StreamRecord<K, Change<V>>): void {
    if (!this.#store) {
      this.#context?.forward(record);
      return;
    }
    const { newValue, oldValue } = record.value;
    const old = this.#store.isCached ? (this.#store.get(record.key)?.value ?? null) : oldValue;
    this.#store.put(record, newValue, old);
  }
}
