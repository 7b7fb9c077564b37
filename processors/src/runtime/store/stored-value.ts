import type { Serde } from '@sightline/schemas/topic';
import type { StoredValue } from './store-engine.ts';
import type { StoreReads } from './store-layers.ts';

/** Decoded from bytes, so reads match a restore. */
export function decode<V>(serde: Serde<V>, value: StoredValue, reads: StoreReads): V {
  if (value.decoded !== undefined) return value.decoded as V;
  const { bytes } = value;
  const decoded = serde.deserialize(bytes);
  value.decoded = decoded;
  reads.onDecoded(value, bytes.length); // this may drop all kept values, this one too
  return decoded;
}
