import { timeWindowed, type Windowed } from '@sightline/processors/runtime';
import {
  differences,
  type FedRecord,
  type FinalLog,
  partitionsOf,
  type Random,
  type Scenario,
} from '@sightline/processors/runtime/simulator';
import { topic } from '@sightline/schemas/topic';
import { int64, StreamsBuilder, tumbling, utf8 } from '../../dsl/index.ts';

const SIZE_MS = 100;
const GRACE_MS = 50;
const kept = { cleanup: 'delete', retention: { timeMs: -1 } } as const;

const input = topic('hits-in', { key: utf8, value: utf8, ...kept });
const output = topic('hits-per-window', { key: timeWindowed(utf8, SIZE_MS), value: int64, ...kept });
const tooLate = topic('hits-too-late', { key: utf8, value: utf8, ...kept });

/** Tumbling counts, emitted once when a window closes; later records go to a separate topic. */
export const windows: Scenario = {
  name: 'windows',
  topology() {
    const builder = new StreamsBuilder();
    const hits = builder.stream('in', input).groupByKey();
    const counts = hits.windowedBy('counts', tumbling(SIZE_MS, { grace: GRACE_MS })).count();
    counts.closed.to('out', output);
    counts.late.to('late', tooLate);
    return builder.build();
  },
  topics: [input, output, tooLate],
  feed: (random, partitions, count) => Array.from({ length: count }, (_, index) => fed(random, partitions, index)),
  judge: log => partitionsOf(log).flatMap(partition => judgePartition(log, partition)),
};

function fed(random: Random, partitions: number, index: number): FedRecord {
  const timestampMs = Math.max(0, index * 20 - (random.chance(0.3) ? random.int(0, 300) : 0));
  const key = Buffer.from(random.pick(['a', 'b', 'c']));
  return { topic: input, partition: random.int(0, partitions - 1), key, value: Buffer.from(`${index}`), timestampMs };
}

/**
 * Each partition is a task with its own time. Windows close by that time, in the order of their starts, then of their
 * keys.
 */
function judgePartition(log: FinalLog, partition: number): string[] {
  const open = new Map<string, { readonly window: Windowed<string>; count: number }>();
  const [closed, late]: [string[], string[]] = [[], []];
  let timeMs = 0;
  for (const { key, value, timestampMs } of log.read(input.name, partition)) {
    timeMs = Math.max(timeMs, timestampMs);
    const ended = [...open].filter(([, { window }]) => window.endMs <= timeMs - GRACE_MS).sort(byStartThenKey);
    for (const [name, { window, count }] of ended) {
      open.delete(name);
      closed.push(`${window.key}@${window.startMs}=${count}`);
    }
    const startMs = timestampMs - (timestampMs % SIZE_MS);
    const name = `${startMs}/${key}`;
    if (startMs + SIZE_MS <= timeMs - GRACE_MS) late.push(`${key}=${value}`);
    else {
      const entry = open.get(name) ?? { window: { key: `${key}`, startMs, endMs: startMs + SIZE_MS }, count: 0 };
      open.set(name, { ...entry, count: entry.count + 1 });
    }
  }
  const found = log.read(output.name, partition).map(({ key, value }) => {
    const window = output.key.deserialize(key ?? Buffer.alloc(0), []);
    return `${window.key}@${window.startMs}=${value === null ? 'null' : int64.deserialize(value, [])}`;
  });
  const foundLate = log.read(tooLate.name, partition).map(({ key, value }) => `${key}=${value}`);
  return [
    ...differences(`closed windows ${partition}`, closed, found),
    ...differences(`late records ${partition}`, late, foundLate),
  ];
}

function byStartThenKey(
  [, { window: a }]: readonly [string, { readonly window: Windowed<string> }],
  [, { window: b }]: readonly [string, { readonly window: Windowed<string> }],
): number {
  return a.startMs - b.startMs || (a.key < b.key ? -1 : 1);
}
