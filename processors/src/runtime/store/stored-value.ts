import type { Serde } from '@sightline/schemas/topic';
import type { StoredValue } from './store-engine.ts';
import type { StoreReads } from './store-layers.ts';

/** What the bytes decode to, and not what was put: so it is what a restore would give. */
export function decode<V>(serde: Serde<V>, value: StoredValue, reads: StoreReads): V {
  if (value.decoded !== undefined) return value.decoded as V;
  const { bytes } = value;
  const decoded = serde.deserialize(bytes);
  value.decoded = decoded;
  reads.onDecoded(value, bytes.length); // which may let go of all that is kept, this one too
  return decoded;
}
