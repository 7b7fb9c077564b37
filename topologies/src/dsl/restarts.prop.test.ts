import { type AnyTopic, topic } from '@sightline/schemas/topic';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TopologyTestDriver } from '../testing/topology-test-driver.ts';
import { int64, utf8 } from './serdes.ts';
import type { StreamsBuilder } from './streams-builder.ts';
import { aroundRecord, halves, halvesInput, halvesOutputs, pair } from './testing/halves.ts';

const keep = { cleanup: 'delete', retention: { timeMs: -1 } } as const;
const texts = (name: string) => topic(name, { key: utf8, value: utf8, ...keep });
const [ones, others] = [texts('ones'), texts('others')];
const [outer, priced] = [texts('outer'), texts('priced')];
const counts = topic('counts', { key: utf8, value: int64, ...keep });

/** Two topics that meet by a new key, behind repartition topics. */
function rekeyed(builder: StreamsBuilder): void {
  const byLength = ({ value }: { readonly value: string }) => `${value.length}`;
  const one = builder.stream('ones', ones).selectKey('one-length', byLength, utf8);
  const other = builder.stream('others', others).selectKey('other-length', byLength, utf8);
  one.outerJoin('outer', other, pair, aroundRecord).to('to-outer', outer);
  const table = other.toTable('latest');
  one.leftJoin('priced', table, pair).to('to-priced', priced);
  const groups = table.groupBy('by-first', (_, value) => [value.charAt(0), value], { key: utf8, value: utf8 });
  groups.count('counts').toStream('tell-counts').to('to-counts', counts);
}

interface Graph {
  graph(builder: StreamsBuilder): void;
  readonly written: readonly AnyTopic[];
}

const halvesMeet: Graph = { graph: halves, written: halvesOutputs };
const behindTopics: Graph = { graph: rekeyed, written: [outer, priced, counts] };

interface Pipe {
  readonly topic: typeof ones;
  readonly key: string;
  readonly value: string;
  readonly timeMs: number;
}
type Step = Pipe | 'commit' | 'crash';

/** All committed records at the end, by topic and partition, in order. */
function run({ graph, written }: Graph, steps: readonly Step[]): readonly string[] {
  const driver = new TopologyTestDriver(graph, { commit: 'manual', partitions: 2, cacheMaxBytes: 0 });
  for (const step of steps) {
    if (step === 'commit') driver.commit();
    else if (step === 'crash') {
      driver.crash();
      driver.restart();
    } else driver.pipe(step.topic, step.key, step.value, { timestampMs: step.timeMs });
  }
  for (let level = 0; level < 4; level++) driver.commit(); // through the repartition topics
  return written.flatMap(each =>
    driver
      .readRecords(each)
      .map(({ partition, key, value, timestampMs }) => `${each.name}/${partition} ${key}=${value}@${timestampMs}`),
  );
}

const word = fc.stringMatching(/^[a-c]{1,4}$/);
const pause = fc.constantFrom('commit' as const, 'crash' as const);
const record = fc.record({
  key: fc.constantFrom('a', 'b', 'c'),
  value: word,
  timeMs: fc.nat(200),
  isOne: fc.boolean(),
});

/** Times may go back by up to `backMs` from one record to the next. */
const steps = (backMs: number) =>
  fc.array(fc.oneof({ arbitrary: record, weight: 5 }, { arbitrary: pause, weight: 2 }), { maxLength: 40 }).map(list => {
    let nowMs = 100;
    return list.map((step): Step => {
      if (typeof step === 'string') return step;
      const timeMs = backMs > 0 ? nowMs + (step.timeMs % 30) - (step.timeMs % backMs) : nowMs + 1 + (step.timeMs % 30);
      nowMs = Math.max(nowMs, timeMs);
      return { topic: step.isOne ? ones : others, key: step.key, value: step.value, timeMs };
    });
  });

const calmly = (given: readonly Step[]) => given.filter(step => step !== 'crash');

// Whatever was committed before, and wherever the application dies, it writes what it would have written, no more and
// no less, in the same order. Late records, waiting records and the times of joins are part of it.
test('crashes do not change the output of joins and tables of one topic, even when times go back', () => {
  const property = fc.property(steps(40), given => {
    const inOne = given.map(step => (typeof step === 'string' ? step : { ...step, topic: halvesInput }));
    expect(run(halvesMeet, inOne)).toEqual(run(halvesMeet, calmly(inOne)));
  });
  fc.assert(property, { numRuns: 60 });
});

// As above, where streams meet behind repartition topics: tasks read two topics in the order of time.
test('crashes do not change the output of streams that meet behind repartition topics', () => {
  const property = fc.property(steps(0), given => {
    expect(run(behindTopics, given)).toEqual(run(behindTopics, calmly(given)));
  });
  fc.assert(property, { numRuns: 60 });
});
