import type { RecordHeaders, Topology, ValueAndTimestamp, Windowed } from '@sightline/processors/runtime';
import type { AnyTopic } from '@sightline/schemas/topic';
import { StreamsBuilder } from '../src/dsl/streams-builder.ts';
import { TopologyTestDriver } from '../src/testing/topology-test-driver.ts';
import type { Golden, StoreEntry } from './golden.ts';
import { programs } from './programs.ts';

/** Our program's output for a golden's records, in the golden's form. */
type Answer = Pick<Golden, 'output' | 'stores' | 'droppedRecords'>;

/**
 * Pipes the golden's input through our program of the same name. `before` is called before each record and may crash
 * the driver.
 */
export function answer(
  { program, input, stores }: Golden,
  before: (driver: TopologyTestDriver) => void = () => {},
): Answer {
  const builder = new StreamsBuilder();
  programs[program]?.(builder);
  const topology = builder.build();
  const driver = new TopologyTestDriver(topology, { cacheMaxBytes: 0 });
  const { sources, sinks } = topics(topology);
  const output = input.flatMap(({ topic, key, value, timestampMs }, after) => {
    const source = sources.get(topic);
    if (source === undefined) throw new Error(`${program} does not read ${topic}`);
    const bytes = [
      key === null ? null : source.key.serialize(key),
      value === null ? null : source.value.serialize(value),
    ];
    before(driver);
    driver.pipeBytes(source, bytes[0] ?? null, bytes[1] ?? null, {
      timestampMs,
      headers: [['from', Buffer.from(`${after}`)]],
    });
    return sinks.flatMap(sink =>
      driver.readRecords(sink).map(record => ({
        after,
        topic: sink.name,
        key: record.key,
        value: record.value,
        timestampMs: record.timestampMs,
        from: fromOf(record.headers),
      })),
    );
  });
  const contents = Object.keys(stores).map(store => [store, entries(driver.store(store))]);
  const { 'dropped-records-total': droppedRecords } = driver.metrics();
  return { output, stores: Object.fromEntries(contents), droppedRecords };
}

function fromOf(headers: RecordHeaders): number | null {
  const from = headers.findLast(([name]) => name === 'from');
  return from === undefined ? null : Number(from[1].toString());
}

function topics(topology: Topology): {
  readonly sources: ReadonlyMap<string, AnyTopic>;
  readonly sinks: readonly AnyTopic[];
} {
  const own = new Set(topology.repartitionTopics.map(({ topic }) => topic.name));
  const subtopologies = topology.subtopologies();
  const read = [...subtopologies.flatMap(({ sources }) => sources), ...topology.globalStores].map(({ topic }) => topic);
  const written = subtopologies.flatMap(({ sinks }) => sinks.map(({ topic }) => topic));
  return {
    sources: new Map(read.map(topic => [topic.name, topic])),
    sinks: written.filter(({ name }) => !own.has(name)),
  };
}

/** A store's entries in the golden's form and order. Tables and windows have a time with the value, sessions do not. */
function entries(store: readonly (readonly [unknown, unknown])[]): readonly StoreEntry[] {
  return store
    .map(
      ([key, kept]) =>
        ({ key, ...(typeof kept === 'object' ? (kept as ValueAndTimestamp<unknown>) : { value: kept }) }) as StoreEntry,
    )
    .sort((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1));
}

function sortKey({ key }: StoreEntry): string {
  if (key === null || typeof key === 'string') return String(key);
  const { key: plain, startMs, endMs } = key as Windowed<string>;
  return [plain, ...[startMs, endMs].map(ms => String(ms).padStart(15, '0'))].join(' ');
}

/** One line for each record and store entry, for readable differences. */
export function lines({ output, stores }: Answer): readonly string[] {
  const records = output.map(
    ({ after, topic, key, value, timestampMs, from }) =>
      `#${after} ${topic}: ${said(key)} = ${value} @${timestampMs}, headers of ${from}`,
  );
  const kept = Object.entries(stores).flatMap(([store, entries]) =>
    entries.map(({ key, value, timestampMs = '' }) => `store ${store}: ${said(key)} = ${value} @${timestampMs}`),
  );
  return [...records, ...kept];
}

function said(key: StoreEntry['key']): string {
  return key === null || typeof key === 'string' ? String(key) : `${key.key}[${key.startMs},${key.endMs}]`;
}
