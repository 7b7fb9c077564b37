import { partitionFor } from '@sightline/processors/log';
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
import { int64, StreamsBuilder, utf8 } from '../../dsl/index.ts';

const kept = { cleanup: 'delete', retention: { timeMs: -1 } } as const;
const names = topic('names-in', { key: utf8, value: utf8, ...kept });
const places = topic('places-in', { key: utf8, value: utf8, ...kept });
const joined = topic('joined-out', { key: utf8, value: utf8, ...kept });
const perPlace = topic('per-place-out', { key: utf8, value: int64, ...kept });

/** Joins two tables, and counts the second by value through a repartition topic. Only the final state is checked. */
export const tables: Scenario = {
  name: 'tables',
  topology() {
    const builder = new StreamsBuilder();
    const located = builder.table('places', places);
    const both = builder.table('names', names).join('both', located, (name, place: string) => `${name}/${place}`);
    both.toStream('changes').to('out', joined);
    const grouped = located.groupBy('by-place', (key, place) => [place, key], { key: utf8, value: utf8 });
    grouped.count('per-place').toStream('counts').to('counts-out', perPlace);
    return builder.build();
  },
  topics: [names, places, joined, perPlace],
  feed: (random, partitions, count) => Array.from({ length: count }, (_, index) => fed(random, partitions, index)),
  judge: log => [...partitionsOf(log).flatMap(partition => judgeJoin(log, partition)), ...judgeCounts(log)],
};

function fed(random: Random, partitions: number, index: number): FedRecord {
  const key = Buffer.from(random.pick(['a', 'b', 'c', 'd', 'e']));
  const place = { partition: partitionFor(key, partitions), key, timestampMs: index };
  if (random.chance(0.2)) return { ...place, topic: random.pick([names, places]), value: null };
  return random.chance(0.5)
    ? { ...place, topic: names, value: Buffer.from(`${index}`) }
    : { ...place, topic: places, value: Buffer.from(random.pick(['oslo', 'rome', 'bern'])) };
}

const text = (value: Buffer): string => `${value}`;

function judgeJoin(log: FinalLog, partition: number): string[] {
  const last = foldOf(log.read(places.name, partition), text);
  const expected = [...foldOf(log.read(names.name, partition), text)].flatMap(([key, name]) =>
    last.has(key) ? [`${key}=${name}/${last.get(key)}`] : [],
  );
  const found = [...foldOf(log.read(joined.name, partition), text)].map(([key, value]) => `${key}=${value}`);
  return differences(`joined ${partition}`, expected.toSorted(), found.toSorted());
}

function judgeCounts(log: FinalLog): string[] {
  const all = partitionsOf(log).flatMap(partition => [...foldOf(log.read(places.name, partition), text).values()]);
  const expected = [...Map.groupBy(all, place => place)].map(([place, list]) => `${place}=${list.length}`);
  const found = partitionsOf(log)
    .flatMap(partition => [...foldOf(log.read(perPlace.name, partition), bytes => int64.deserialize(bytes))])
    .filter(([, count]) => count > 0)
    .map(([place, count]) => `${place}=${count}`);
  return differences('per place', expected.toSorted(), found.toSorted());
}
