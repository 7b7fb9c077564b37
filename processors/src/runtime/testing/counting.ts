import { type Serde, topic } from '@sightline/schemas/topic';
import type { Processor, ProcessorContext } from '../processor.ts';
import { type KeyValueStore, keyValueStore } from '../store/key-value-store.ts';
import { Topology } from '../topology.ts';

/** The topology of crash proofs and benches: for each record, the count of its key so far and the record's offset. */
const text: Serde<string> = {
  name: 'utf8',
  serialize: value => Buffer.from(value),
  deserialize: bytes => bytes.toString(),
};
const integer: Serde<number> = {
  name: 'int32',
  serialize(value) {
    const bytes = Buffer.allocUnsafe(4);
    bytes.writeInt32BE(value);
    return bytes;
  },
  deserialize: bytes => bytes.readInt32BE(),
};
const kept = { cleanup: 'delete', retention: { timeMs: -1 } } as const;

export const countingInput = topic('counting-in', { key: text, value: text, ...kept });
/** `count:offset of the input record` */
export const countingOutput = topic('counting-out', { key: text, value: text, ...kept });
export const countingStore = keyValueStore('counts', text, integer);

/** `work` runs for each record, for trials that overload the engine. */
export function countingTopology(work: () => void = () => {}): Topology {
  return new Topology()
    .addStateStore(countingStore)
    .addSource('in', countingInput)
    .addProcessor('count', () => countProcessor(work), ['in'], [countingStore.name])
    .addSink('out', countingOutput, ['count']);
}

function countProcessor(work: () => void): Processor<string, string, string, string> {
  let context: ProcessorContext<string, string> | undefined;
  let store: KeyValueStore<string, number> | undefined;
  return {
    init(given) {
      context = given;
      store = given.stateStore(countingStore);
    },
    process({ key, timestampMs }) {
      work();
      const count = (store?.get(key) ?? 0) + 1;
      store?.put(key, count);
      context?.forward({ key, value: `${count}:${context.recordMetadata()?.offset}`, timestampMs });
    },
  };
}
