import type { Serde } from '@sightline/schemas/topic';
import type { StoredValue } from './store-engine.ts';
import type { StoreReads } from './store-layers.ts';

/** What the bytes decode to, and not what was put: so it is what a restore would give. */
export function decode<V>(serde: Serde<V>, value: StoredValue, reads: StoreReads): V {
  if (value.decoded === undefined) {
    const { bytes } = value;
    value.decoded = serde.deserialize(bytes);
    reads.onDecoded(value, bytes.length);
  }
  return value.decoded as V;
}
