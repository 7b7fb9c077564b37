import { partitionFor } from '@sightline/processors/log';
import type { Topology } from '@sightline/processors/runtime';
import {
  differences,
  type FinalLog,
  partitionsOf,
  type Random,
  type Scenario,
} from '@sightline/processors/runtime/simulator';
import type { AnyTopic } from '@sightline/schemas/topic';
import { TopologyTestDriver } from '../topology-test-driver.ts';

export interface DrivenRecord {
  readonly key: Buffer;
  readonly value: Buffer;
  readonly timestampMs: number;
  readonly atMs?: number;
}

/**
 * A topology in which every task reads one partition, so its output and the order depend only on the input. The test
 * driver, which has no faults, gives the expected output.
 */
export function againstDriver(
  name: string,
  topology: () => Topology,
  topics: { readonly input: AnyTopic; readonly outputs: readonly AnyTopic[] },
  record: (random: Random, index: number) => DrivenRecord,
  /** Gives the driver, before the input, what else the output depends on. */
  prepare: (driver: TopologyTestDriver, log: FinalLog) => void = () => {},
): Scenario {
  const { input, outputs } = topics;
  return {
    name,
    topology,
    topics: [input, ...outputs],
    feed: (random, partitions, count) =>
      Array.from({ length: count }, (_, index) => {
        const fed = record(random, index);
        return { ...fed, topic: input, partition: partitionFor(fed.key, partitions) };
      }),
    judge(log) {
      const driver = new TopologyTestDriver(topology(), { partitions: log.partitions });
      prepare(driver, log);
      pipeAll(driver, input, log);
      driver.advanceWallClockTime(0); // time may have moved after the last record
      return outputs.flatMap(output => judgeOutput(driver, output, log));
    },
  };
}

function pipeAll(driver: TopologyTestDriver, input: AnyTopic, log: FinalLog): void {
  for (const partition of partitionsOf(log)) {
    for (const { key, value, timestampMs } of log.read(input.name, partition)) {
      driver.pipeBytes(input, key, value, { timestampMs });
    }
  }
}

function judgeOutput(driver: TopologyTestDriver, output: AnyTopic, log: FinalLog): string[] {
  const driven = driver.readRecords(output);
  return partitionsOf(log).flatMap(partition => {
    const expected = driven
      .filter(record => record.partition === partition)
      .map(({ key, value, timestampMs }) => text(output, output.key.serialize(key), value, timestampMs));
    const found = log.read(output.name, partition).map(({ key, value, timestampMs, headers }) => {
      const decoded = value === null ? null : output.value.deserialize(value, headers);
      return text(output, key ?? Buffer.alloc(0), decoded, timestampMs);
    });
    return differences(`${output.name} ${partition}`, expected, found);
  });
}

function text({ value: serde }: AnyTopic, key: Buffer, value: unknown, timestampMs: number): string {
  const bytes = value === null ? 'null' : serde.serialize(value).toString('hex');
  return `${key.toString('hex')}=${bytes}@${timestampMs}`;
}
