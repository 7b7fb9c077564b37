import { partitionFor } from '../../../../log/murmur2.ts';
import { changelogTopic } from '../../../task-commit.ts';
import { countingInput, countingOutput, countingStore, countingTopology } from '../../counting.ts';
import type { Random } from '../random.ts';
import { differences, type FedRecord, type FinalLog, foldOf, partitionsOf, type Scenario } from '../scenario.ts';

const KEYS = ['a', 'b', 'c', 'd', 'e', 'f', 'g'] as const;

/** One subtopology with a store: for each record, the count of its key so far. */
export const counting: Scenario = {
  name: 'counting',
  topology: countingTopology,
  topics: [countingInput, countingOutput],
  feed: (random, partitions, count) => Array.from({ length: count }, (_, index) => keyed(random, partitions, index)),
  judge: log => partitionsOf(log).flatMap(partition => judgePartition(log, partition)),
};

function keyed(random: Random, partitions: number, index: number): FedRecord {
  const key = Buffer.from(random.pick(KEYS));
  return { topic: countingInput, partition: partitionFor(key, partitions), key, value: Buffer.from('v'), timestampMs: index }; // biome-ignore format: one record
}

function judgePartition(log: FinalLog, partition: number): string[] {
  const counts = new Map<string, number>();
  const expected = log.read(countingInput.name, partition).map(({ key, offset }) => {
    const count = (counts.get(`${key}`) ?? 0) + 1;
    counts.set(`${key}`, count);
    return `${key}=${count}:${offset}`;
  });
  const found = log.read(countingOutput.name, partition).map(({ key, value }) => `${key}=${value}`);
  const changelog = log.read(changelogTopic(log.applicationId, countingStore.name), partition);
  const fold = foldOf(changelog, value => countingStore.value.deserialize(value));
  return [
    ...differences(`output ${partition}`, expected, found),
    ...differences(`changelog ${partition}`, lines(counts), lines(fold)),
  ];
}

function lines(counts: ReadonlyMap<string, number>): string[] {
  return [...counts].map(([key, count]) => `${key}=${count}`).sort();
}
