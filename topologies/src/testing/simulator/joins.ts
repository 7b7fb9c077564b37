import {
  differences,
  type FedRecord,
  type FinalLog,
  partitionsOf,
  type Random,
  type Scenario,
} from '@sightline/processors/runtime/simulator';
import { topic } from '@sightline/schemas/topic';
import { joinWindow, StreamsBuilder, utf8 } from '../../dsl/index.ts';

const APART_MS = 60;
/** Longer than the run, so the pairs do not depend on the order of arrival. */
const GRACE_MS = 1_000_000;
const kept = { cleanup: 'delete', retention: { timeMs: -1 } } as const;

const left = topic('left-in', { key: utf8, value: utf8, ...kept });
const right = topic('right-in', { key: utf8, value: utf8, ...kept });
const pairs = topic('pairs-out', { key: utf8, value: utf8, ...kept });

/** Two streams in one task: every two records of a key that are close in time join once. */
export const joins: Scenario = {
  name: 'joins',
  topology() {
    const builder = new StreamsBuilder();
    const window = joinWindow({ before: APART_MS, after: APART_MS, grace: GRACE_MS });
    builder
      .stream('left', left)
      .join('pair', builder.stream('right', right), (one: string, other: string) => `${one}+${other}`, window, { result: utf8 }) // biome-ignore format: one step
      .to('out', pairs);
    return builder.build();
  },
  topics: [left, right, pairs],
  feed: (random, partitions, count) => Array.from({ length: count }, (_, index) => fed(random, partitions, index)),
  judge: log => partitionsOf(log).flatMap(partition => judgePartition(log, partition)),
};

function fed(random: Random, partitions: number, index: number): FedRecord {
  const key = Buffer.from(random.pick(['a', 'b', 'c']));
  const timestampMs = 1000 + index * 15 - random.int(0, 40);
  const partition = random.int(0, partitions - 1);
  return { topic: random.pick([left, right]), partition, key, value: Buffer.from(`${index}`), timestampMs };
}

/** Checks the set of pairs only; their order depends on which side is fetched first. */
function judgePartition(log: FinalLog, partition: number): string[] {
  const others = log.read(right.name, partition);
  const expected = log
    .read(left.name, partition)
    .flatMap(one =>
      others
        .filter(other => `${one.key}` === `${other.key}` && Math.abs(one.timestampMs - other.timestampMs) <= APART_MS)
        .map(other => `${one.key}=${one.value}+${other.value}@${Math.max(one.timestampMs, other.timestampMs)}`),
    );
  const found = log.read(pairs.name, partition).map(({ key, value, timestampMs }) => `${key}=${value}@${timestampMs}`);
  return differences(`pairs ${partition}`, expected.toSorted(), found.toSorted());
}
