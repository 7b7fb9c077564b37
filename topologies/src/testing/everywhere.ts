import { partitionFor } from '@sightline/processors/log';
import type { Topology } from '@sightline/processors/runtime';
import { Random } from '@sightline/processors/runtime/simulator';
import { type AnyTopic, topic } from '@sightline/schemas/topic';
import { int64, StreamsBuilder, untilTimeLimit, utf8 } from '../dsl/index.ts';
import { halves, halvesInput, halvesOutputs } from '../dsl/testing/halves.ts';
import { allWindowsInput, allWindowsOutputs, allWindowsTopology, visit } from './simulator/all-windows.ts';
import { TopologyTestDriver } from './topology-test-driver.ts';

/** A topology whose output and its order depend only on the input, so it can run on any of the logs. */
export interface Everywhere {
  readonly name: string;
  readonly topology: Topology;
  readonly partitions: number;
  readonly input: AnyTopic;
  readonly outputs: readonly AnyTopic[];
  readonly records: readonly InputRecord[];
}

export interface InputRecord {
  readonly partition: number;
  readonly key: Buffer;
  readonly value: Buffer;
  readonly timestampMs: number;
}

/** The output of a topology by topic and partition, in order. */
export type Written = Readonly<Record<string, readonly string[]>>;

const kept = { cleanup: 'delete', retention: { timeMs: -1 } } as const;
const words = topic('everywhere-words', { key: utf8, value: utf8, ...kept });
const counts = topic('everywhere-counts', { key: utf8, value: int64, ...kept });
const held = topic('everywhere-held', { key: utf8, value: int64, ...kept });

/** Two steps with a repartition topic between them, a table, and a suppress that holds its changes for a while. */
function regroupedTopology(): Topology {
  const builder = new StreamsBuilder();
  const perWord = builder
    .stream('in', words)
    .groupBy('by-word', ({ value }) => value, { key: utf8 })
    .count('per-word');
  perWord.toStream('changes').to('counts-out', counts);
  perWord.suppress('calm', untilTimeLimit(200)).toStream('calm-changes').to('held-out', held);
  return builder.build();
}

function recordsOf(seed: number, count: number, partitions: number, make: typeof visit): readonly InputRecord[] {
  const random = new Random(seed);
  return Array.from({ length: count }, (_, index) => {
    const record = make(random, index);
    return { ...record, partition: partitionFor(record.key, partitions) };
  });
}

const word: typeof visit = (random, index) => ({
  ...visit(random, index),
  value: Buffer.from(random.pick(['north', 'east', 'south', 'west'])),
});

/** Up to three letters about 5 ms apart: many join, and some find no partner. */
const sound: typeof visit = (random, index) => {
  const record = visit(random, index);
  return { ...record, timestampMs: 1_000_000 + index * 5 + random.int(0, 20), value: Buffer.from(random.pick(['a', 'be', 'sea', 'deed'])) }; // biome-ignore format: one line
};

function halvesTopology(): Topology {
  const builder = new StreamsBuilder();
  halves(builder);
  return builder.build();
}

export function cases(seed: number): readonly Everywhere[] {
  return [
    {
      name: 'every kind of window, on three partitions',
      topology: allWindowsTopology(),
      partitions: 3,
      input: allWindowsInput,
      outputs: allWindowsOutputs,
      records: recordsOf(seed, 300, 3, visit),
    },
    {
      name: 'two steps, a table and a suppression, on one partition',
      topology: regroupedTopology(),
      partitions: 1,
      input: words,
      outputs: [counts, held],
      records: recordsOf(seed, 200, 1, word),
    },
    {
      name: 'streams and tables that meet in joins, on three partitions',
      topology: halvesTopology(),
      partitions: 3,
      input: halvesInput,
      outputs: halvesOutputs,
      records: recordsOf(seed, 300, 3, sound),
    },
  ];
}

/** One line for an output record: its bytes and its time. */
export function lineOf(key: Buffer | null, value: Buffer | null, timestampMs: number): string {
  return `${key?.toString('hex')}=${value?.toString('hex')}@${timestampMs}`;
}

/** The output of the test driver. */
export function driven({ topology, partitions, input, outputs, records }: Everywhere): Written {
  const driver = new TopologyTestDriver(topology, { partitions, cacheMaxBytes: 0 });
  for (const { key, value, timestampMs } of records) driver.pipeBytes(input, key, value, { timestampMs });
  const written: Record<string, string[]> = {};
  for (const output of outputs) {
    for (let partition = 0; partition < partitions; partition++) written[`${output.name}/${partition}`] = [];
    for (const { partition, key, value, timestampMs } of driver.readRecords<unknown, unknown>(output)) {
      const bytes = value === null ? null : output.value.serialize(value);
      written[`${output.name}/${partition}`]?.push(lineOf(output.key.serialize(key), bytes, timestampMs));
    }
  }
  return written;
}
