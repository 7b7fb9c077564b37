import { type Serde, topic } from '@sightline/schemas/topic';
import { DEAD_LETTER_HEADERS } from '../../../../log/dead-letter.ts';
import type { Processor, ProcessorContext } from '../../../processor.ts';
import { keyValueStore } from '../../../store/key-value-store.ts';
import { changelogTopic } from '../../../task-commit.ts';
import { Topology } from '../../../topology.ts';
import type { Random } from '../random.ts';
import { differences, type FedRecord, type FinalLog, foldOf, partitionsOf, type Scenario } from '../scenario.ts';

const UNDECODABLE = '7';
const THROWING = 8;
const FILTERED = 9;

const text: Serde<string> = { name: 'utf8', serialize: value => Buffer.from(value), deserialize: bytes => `${bytes}` };
const number: Serde<number> = {
  name: 'decimal',
  serialize: value => Buffer.from(`${value}`),
  deserialize: bytes => Number(`${bytes}`),
};
/** One of the digits 0 to 9 does not decode. */
const digit: Serde<number> = {
  ...number,
  deserialize(bytes) {
    if (`${bytes}` === UNDECODABLE) throw new Error('not a number');
    return Number(`${bytes}`);
  },
};
const kept = { cleanup: 'delete', retention: { timeMs: -1 } } as const;

const input = topic('sums-in', { key: text, value: digit, ...kept });
const output = topic('sums-out', { key: text, value: number, ...kept });
const letters = topic('dead-letters', { key: text, value: number, ...kept });
const sums = keyValueStore('sums', text, number);

/** Some records do not decode. For some the processor throws after a write; some it filters. */
export const deadLetters: Scenario = {
  name: 'dead-letters',
  topology: () =>
    new Topology()
      .addStateStore(sums)
      .addSource('in', input)
      .addProcessor('sum', sumProcessor, ['in'], [sums.name])
      .addSink('out', output, ['sum']),
  topics: [input, output, letters],
  options: { deadLetters: letters, onProcessError: () => 'dead-letter' },
  feed: (random, partitions, count) => Array.from({ length: count }, (_, index) => fed(random, partitions, index)),
  judge: log => partitionsOf(log).flatMap(partition => judgePartition(log, partition)),
};

function sumProcessor(): Processor<string, number, string, number> {
  let context: ProcessorContext<string, number> | undefined;
  return {
    init(given) {
      context = given;
    },
    process({ key, value, timestampMs }) {
      if (value === FILTERED) {
        context?.account('filtered');
        return;
      }
      const store = context?.stateStore(sums);
      const sum = (store?.get(key) ?? 0) + value;
      store?.put(key, sum);
      context?.forward({ key, value: sum, timestampMs });
      if (value === THROWING) throw new Error('thrown after the writes');
    },
  };
}

function fed(random: Random, partitions: number, index: number): FedRecord {
  const key = Buffer.from(random.pick(['a', 'b', 'c', 'd']));
  const value = Buffer.from(`${random.int(0, 9)}`);
  return { topic: input, partition: random.int(0, partitions - 1), key, value, timestampMs: index };
}

function judgePartition(log: FinalLog, partition: number): string[] {
  const totals = new Map<string, number>();
  const outputs: string[] = [];
  const dead: string[] = [];
  for (const { key, value, offset } of log.read(input.name, partition)) {
    const [name, digits] = [`${key}`, `${value}`];
    if (digits === UNDECODABLE || digits === `${THROWING}`) dead.push(`${name}=${digits} from ${offset}`);
    else if (digits !== `${FILTERED}`) {
      totals.set(name, (totals.get(name) ?? 0) + Number(digits));
      outputs.push(`${name}=${totals.get(name)}`);
    }
  }
  const found = log.read(output.name, partition).map(({ key, value }) => `${key}=${value}`);
  const letter = log.read(letters.name, partition).map(({ key, value, headers }) => {
    const origin = headers.find(([name]) => name === DEAD_LETTER_HEADERS.offset)?.[1];
    return `${key}=${value} from ${origin}`;
  });
  const fold = foldOf(log.read(changelogTopic(log.applicationId, sums.name), partition), value => `${value}`);
  const entries = (map: ReadonlyMap<string, unknown>) => [...map].map(([key, value]) => `${key}=${value}`).sort();
  return [
    ...differences(`output ${partition}`, outputs, found),
    ...differences(`dead letters ${partition}`, dead, letter),
    ...differences(`changelog ${partition}`, entries(totals), entries(fold)),
  ];
}
