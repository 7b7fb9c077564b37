import { type Serde, topic } from '@sightline/schemas/topic';
import type { Processor, ProcessorContext } from '../../../processor.ts';
import { keyValueStore } from '../../../store/key-value-store.ts';
import { changelogTopic } from '../../../task-commit.ts';
import { Topology } from '../../../topology.ts';
import type { Random } from '../random.ts';
import { differences, type FedRecord, type FinalLog, foldOf, partitionsOf, type Scenario } from '../scenario.ts';

const text: Serde<string> = { name: 'utf8', serialize: value => Buffer.from(value), deserialize: bytes => `${bytes}` };
const kept = { cleanup: 'delete', retention: { timeMs: -1 } } as const;

const input = topic('words-in', { key: text, value: text, ...kept });
const regrouped = topic('words-repartition', { key: text, value: text, ...kept });
const output = topic('words-out', { key: text, value: text, ...kept });
const seen = keyValueStore('seen', text, text);

/**
 * Two subtopologies with a repartition topic between them: values become keys, and the records of each key are listed.
 */
export const regrouping: Scenario = {
  name: 'regrouping',
  topology: () =>
    new Topology()
      .addRepartitionTopic(regrouped)
      .addSource('in', input)
      .addProcessor('by-word', byWord, ['in'])
      .addSink('to-words', regrouped, ['by-word'], { partition: 'by-key' })
      .addStateStore(seen)
      .addSource('words', regrouped)
      .addProcessor('list', listing, ['words'], [seen.name])
      .addSink('out', output, ['list']),
  topics: [input, output],
  feed: (random, partitions, count) => Array.from({ length: count }, (_, index) => fed(random, partitions, index)),
  judge,
};

function byWord(): Processor<string, string, string, string> {
  let context: ProcessorContext<string, string> | undefined;
  return {
    init(given) {
      context = given;
    },
    process({ value, timestampMs }) {
      const { partition, offset } = context?.recordMetadata() ?? {};
      context?.forward({ key: value, value: `${partition}/${offset}`, timestampMs });
    },
  };
}

function listing(): Processor<string, string, string, string> {
  let context: ProcessorContext<string, string> | undefined;
  return {
    init(given) {
      context = given;
    },
    process({ key, value, timestampMs }) {
      const store = context?.stateStore(seen);
      const list = `${store?.get(key) ?? ''} ${value}`;
      store?.put(key, list);
      context?.forward({ key, value: list, timestampMs });
    },
  };
}

function fed(random: Random, partitions: number, index: number): FedRecord {
  const value = Buffer.from(random.pick(['north', 'east', 'south', 'west', 'up']));
  return { topic: input, partition: random.int(0, partitions - 1), key: Buffer.from('k'), value, timestampMs: index };
}

/**
 * Each record is once in the list of its word, and records of one partition keep their order. Each output list extends
 * the one before.
 */
function judge(log: FinalLog): string[] {
  const inputs = partitionsOf(log).flatMap(partition =>
    log.read(input.name, partition).map(({ value, offset }) => ({ word: `${value}`, partition, offset })),
  );
  const outputs = partitionsOf(log).flatMap(partition => log.read(output.name, partition));
  const finals = foldOf(outputs, value => `${value}`);
  const states = partitionsOf(log).flatMap(partition => [
    ...foldOf(log.read(changelogTopic(log.applicationId, seen.name), partition), value => `${value}`),
  ]);
  const faults = differences('state', [...finals].map(String).sort(), states.map(String).sort());
  for (const [word, of] of Map.groupBy(inputs, ({ word: name }) => name)) {
    const list = (finals.get(word) ?? '').trim().split(' ').filter(Boolean);
    const expected = of.map(({ partition, offset }) => `${partition}/${offset}`);
    faults.push(...differences(`list of ${word}`, expected.toSorted(), list.toSorted()));
    for (const partition of partitionsOf(log)) {
      const own = (entries: readonly string[]) => entries.filter(entry => entry.startsWith(`${partition}/`));
      faults.push(...differences(`${word} from ${partition}`, own(expected), own(list)));
    }
    const growing = list.map((_, index) => ` ${list.slice(0, index + 1).join(' ')}`);
    const written = outputs.filter(({ key }) => `${key}` === word).map(({ value }) => `${value}`);
    faults.push(...differences(`output of ${word}`, growing, written));
  }
  return faults;
}
