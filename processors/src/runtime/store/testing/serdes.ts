import type { Serde } from '@sightline/schemas/topic';

export const text: Serde<string> = {
  name: 'utf8',
  serialize: value => Buffer.from(value),
  deserialize: bytes => bytes.toString(),
};

export const int32: Serde<number> = {
  name: 'int32',
  serialize(value) {
    const bytes = Buffer.allocUnsafe(4);
    bytes.writeInt32BE(value);
    return bytes;
  },
  deserialize: bytes => bytes.readInt32BE(),
};
