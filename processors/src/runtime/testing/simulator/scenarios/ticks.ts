import { type Serde, topic } from '@sightline/schemas/topic';
import type { Cancellable, Processor, ProcessorContext } from '../../../processor.ts';
import { keyValueStore } from '../../../store/key-value-store.ts';
import { changelogTopic } from '../../../task-commit.ts';
import { Topology } from '../../../topology.ts';
import type { Random } from '../random.ts';
import { differences, type FedRecord, type FinalLog, foldOf, partitionsOf, type Scenario } from '../scenario.ts';

const text: Serde<string> = { name: 'utf8', serialize: value => Buffer.from(value), deserialize: bytes => `${bytes}` };
const kept = { cleanup: 'delete', retention: { timeMs: -1 } } as const;
const input = topic('ticks-in', { key: text, value: text, ...kept });
const output = topic('ticks-out', { key: text, value: text, ...kept });
const ticked = keyValueStore('ticked', text, text);
const TICK_MS = 30;
const LAST = 25;

/**
 * The wall clock writes too: each tick counts on from the last one, whichever process made it. Stream time never goes
 * back.
 */
export const ticks: Scenario = {
  name: 'ticks',
  topology: () =>
    new Topology()
      .addStateStore(ticked)
      .addSource('in', input)
      .addProcessor('tick', ticking, ['in'], [ticked.name])
      .addSink('out', output, ['tick']),
  topics: [input, output],
  feed: (random, partitions, count) => Array.from({ length: count }, (_, index) => fed(random, partitions, index)),
  judge: log => partitionsOf(log).flatMap(partition => judgePartition(log, partition)),
};

function ticking(): Processor<string, string, string, string> {
  let context: ProcessorContext<string, string> | undefined;
  let schedule: Cancellable | undefined;
  return {
    init(given) {
      context = given;
      schedule = given.schedule(TICK_MS, 'wall-clock', timestampMs => {
        const store = given.stateStore(ticked);
        const next = Number(store.get('n') ?? 0) + 1;
        if (next > LAST) schedule?.cancel();
        else {
          store.put('n', `${next}`);
          given.forward({ key: 'tick', value: `${next}`, timestampMs });
        }
      });
    },
    process: ({ value, timestampMs }) =>
      context?.forward({ key: 'record', value: `${value} at ${context.streamTimeMs}`, timestampMs }),
  };
}

function fed(random: Random, partitions: number, index: number): FedRecord {
  const value = Buffer.from(`${index}`);
  return {
    topic: input,
    partition: random.int(0, partitions - 1),
    key: Buffer.from('k'),
    value,
    timestampMs: 100 + index * 10 - random.int(0, 80),
  };
}

function judgePartition(log: FinalLog, partition: number): string[] {
  const outputs = log.read(output.name, partition);
  const valuesOf = (kind: string) => outputs.filter(({ key }) => `${key}` === kind).map(({ value }) => `${value}`);
  const fold = foldOf(log.read(changelogTopic(log.applicationId, ticked.name), partition), Number);
  const last = fold.get('n') ?? 0;
  let timeMs = -1;
  const records = log.read(input.name, partition).map(({ value, timestampMs }) => {
    timeMs = Math.max(timeMs, timestampMs);
    return `${value} at ${timeMs}`;
  });
  return [
    ...differences(
      `ticks ${partition}`,
      Array.from({ length: last }, (_, index) => `${index + 1}`),
      valuesOf('tick'),
    ),
    ...differences(`records ${partition}`, records, valuesOf('record')),
  ];
}
