import type { Processor, ProcessorContext, StreamRecord } from '@sightline/processors/runtime';
import type { Serde } from '@sightline/schemas/topic';
import type { Change } from './change.ts';

type Pair<K, V> = readonly [key: K | null, value: V | null];

/**
 * Turns a table's changes into changes of groups by another key (KTableRepartitionMap); the old value's group comes
 * first.
 */
export class TableRekeying<K, V, KO, VO> implements Processor<K, Change<V>, KO, Change<VO>> {
  readonly #pairOf: (key: K, value: V) => Pair<KO, VO>;
  readonly #key: Serde<KO>;
  #context: ProcessorContext<KO, Change<VO>> | undefined;

  constructor(pairOf: (key: K, value: V) => Pair<KO, VO>, key: Serde<KO>) {
    this.#pairOf = pairOf;
    this.#key = key;
  }

  init(context: ProcessorContext<KO, Change<VO>>): void {
    this.#context = context;
  }

  process({ key, value, timestampMs, headers }: StreamRecord<K, Change<V>>): void {
    const [newKey, newValue] = this.#pair(key, value.newValue);
    const [oldKey, oldValue] = this.#pair(key, value.oldValue);
    const isInNew = newKey !== null && newValue !== null;
    if (oldKey !== null && oldValue !== null) {
      const isSame = isInNew && this.#isSame(oldKey, newKey);
      this.#context?.forward({
        key: oldKey,
        value: { newValue: isSame ? newValue : null, oldValue },
        timestampMs,
        headers,
      });
      if (isSame) return;
    }
    if (isInNew) this.#context?.forward({ key: newKey, value: { newValue, oldValue: null }, timestampMs, headers });
  }

  #pair(key: K, value: V | null): Pair<KO, VO> {
    return value === null ? NONE : this.#pairOf(key, value);
  }

  /** Keys are equal when their bytes are. */
  #isSame(one: KO, other: KO): boolean {
    return one === other || this.#key.serialize(one).equals(this.#key.serialize(other));
  }
}

const NONE = [null, null] as const;

const OLD = 0;
const NEW = 1;
const BOTH = 2;

/**
 * The format of Kafka Streams' ChangedSerializer: old | 0, or new | 1, or length of new as zigzag varint | new | old |
 * 2. At least one of the two values is there.
 */
export function changes<V>(value: Serde<V>): Serde<Change<V>> {
  return {
    name: `change(${value.name})`,
    ...(value.headers === undefined ? {} : { headers: value.headers }),
    serialize({ newValue, oldValue }) {
      if (newValue !== null && oldValue !== null) {
        const bytes = value.serialize(newValue);
        return Buffer.concat([varint(bytes.length), bytes, value.serialize(oldValue), Buffer.of(BOTH)]);
      }
      if (newValue !== null) return Buffer.concat([value.serialize(newValue), Buffer.of(NEW)]);
      if (oldValue !== null) return Buffer.concat([value.serialize(oldValue), Buffer.of(OLD)]);
      throw new RangeError('a change has neither an old nor a new value');
    },
    deserialize(bytes, headers) {
      const kind = bytes[bytes.length - 1];
      const body = bytes.subarray(0, -1);
      if (kind === NEW) return { newValue: value.deserialize(body, headers), oldValue: null };
      if (kind === OLD) return { newValue: null, oldValue: value.deserialize(body, headers) };
      if (kind !== BOTH) throw new RangeError(`${kind} is not a kind of change: 0, 1 or 2`);
      const { length, size } = readVarint(body);
      return {
        newValue: value.deserialize(body.subarray(size, size + length), headers),
        oldValue: value.deserialize(body.subarray(size + length), headers),
      };
    },
    ...(value.prepare === undefined ? {} : { prepare: prepared(value) }),
  };
}

/** Waits for what either value needs before it decodes. */
function prepared<V>(value: Serde<V>): NonNullable<Serde<Change<V>>['prepare']> {
  return (bytes, headers) => {
    const body = bytes.subarray(0, -1);
    if (bytes[bytes.length - 1] !== BOTH) return value.prepare?.(body, headers);
    const { length, size } = readVarint(body);
    const waits = [body.subarray(size, size + length), body.subarray(size + length)]
      .map(part => value.prepare?.(part, headers))
      .filter(wait => wait !== undefined);
    return waits.length === 0 ? undefined : Promise.all(waits).then(() => undefined);
  };
}

function varint(length: number): Buffer {
  const bytes: number[] = [];
  let rest = length * 2; // zigzag of a non-negative number
  for (; rest > 0x7f; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) + 0x80);
  return Buffer.from([...bytes, rest]);
}

function readVarint(bytes: Buffer): { readonly length: number; readonly size: number } {
  let value = 0;
  for (let size = 0; size < 5; size++) {
    const byte = bytes[size] ?? 0;
    value += (byte % 0x80) * 0x80 ** size;
    if (byte < 0x80) return { length: value / 2, size: size + 1 };
  }
  throw new RangeError('a varint has more than five bytes');
}
