import {
  differences,
  type FedRecord,
  type FinalLog,
  foldOf,
  partitionsOf,
  type Random,
  type Scenario,
} from '@sightline/processors/runtime/simulator';
import { topic } from '@sightline/schemas/topic';
import { StreamsBuilder, utf8 } from '../../dsl/index.ts';

const kept = { cleanup: 'delete', retention: { timeMs: -1 } } as const;
const names = topic('names-in', { key: utf8, value: utf8, ...kept });
const places = topic('places-in', { key: utf8, value: utf8, ...kept });
const joined = topic('joined-out', { key: utf8, value: utf8, ...kept });

/** Two tables joined: what is left of each key at the end is what counts. */
export const tables: Scenario = {
  name: 'tables',
  topology() {
    const builder = new StreamsBuilder();
    const both = builder
      .table('names', names)
      .join('both', builder.table('places', places), (name: string, place: string) => `${name}/${place}`);
    both.toStream('changes').filter('there', record => record.value !== null).to('out', joined as never); // biome-ignore format: one chain
    return builder.build();
  },
  topics: [names, places, joined],
  feed: (random, partitions, count) => Array.from({ length: count }, (_, index) => fed(random, partitions, index)),
  judge: log => partitionsOf(log).flatMap(partition => judgePartition(log, partition)),
};

function fed(random: Random, partitions: number, index: number): FedRecord {
  const name = random.pick(['a', 'b', 'c', 'd', 'e']);
  const partition = name.charCodeAt(0) % partitions;
  return { topic: random.pick([names, places]), partition, key: Buffer.from(name), value: Buffer.from(`${index}`), timestampMs: index }; // biome-ignore format: one record
}

function judgePartition(log: FinalLog, partition: number): string[] {
  const text = (value: Buffer): string => `${value}`;
  const last = foldOf(log.read(places.name, partition), text);
  const expected = [...foldOf(log.read(names.name, partition), text)].flatMap(([key, name]) =>
    last.has(key) ? [`${key}=${name}/${last.get(key)}`] : [],
  );
  const found = [...foldOf(log.read(joined.name, partition), text)].map(([key, value]) => `${key}=${value}`);
  return differences(`joined ${partition}`, expected.toSorted(), found.toSorted());
}
