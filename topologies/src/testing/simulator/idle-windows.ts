import { sessionWindowed, type Topology, timeWindowed } from '@sightline/processors/runtime';
import { differences, type FinalLog, partitionsOf, type Random, type Scenario } from '@sightline/processors/runtime/simulator'; // biome-ignore format: one line
import { changelogTopic } from '@sightline/processors/runtime/testing';
import { topic } from '@sightline/schemas/topic';
import { int64, StreamsBuilder, session, tumbling, utf8 } from '../../dsl/index.ts';
import type { TopologyTestDriver } from '../topology-test-driver.ts';
import { againstDriver, type DrivenRecord } from './against-driver.ts';

const SIZE_MS = 100;
/** A second move of time closes the last windows. It comes late, so that the application is at rest between the two. */
const IDLE = { afterMs: 50, stepMs: 1500 } as const;
/** Event time at virtual time 0; no record has a time after its writing. */
const START_MS = 1000;
const JOURNAL = 'in-idle-time';
const kept = { cleanup: 'delete', retention: { timeMs: -1 } } as const;
const texts = { key: utf8, value: utf8, ...kept };

const input = topic('calls-in', texts);
const closed = topic('calls-per-window', { key: timeWindowed(utf8, SIZE_MS), value: int64, ...kept });
const late = topic('calls-late', texts);
const ended = topic('calls-per-session', { key: sessionWindowed(utf8), value: int64, ...kept });
const missed = topic('calls-late-for-session', texts);

function topology(): Topology {
  const builder = new StreamsBuilder();
  const calls = builder.stream('in', input, { whenIdle: IDLE }).groupByKey();
  const windows = calls.windowedBy('windows', tumbling(SIZE_MS, { grace: 50 })).count();
  windows.closed.to('told', closed);
  windows.late.to('late', late);
  const sessions = calls.windowedBy('sessions', session(40, { grace: 30 })).count();
  sessions.closed.to('ended', ended);
  sessions.late.to('missed', missed);
  return builder.build();
}

/** Bursts of five records, with pauses in which time advances by itself. */
function call(random: Random, index: number): DrivenRecord {
  const atMs = Math.floor(index / 5) * 110 + (index % 5) * 10 + random.between(0, 10);
  const timestampMs = START_MS + Math.floor(atMs) - (random.chance(0.3) ? random.int(0, 200) : 0);
  return { key: Buffer.from(random.pick(['a', 'b', 'c', 'd'])), value: Buffer.from(`${index}`), timestampMs, atMs };
}

/** Moves a driver's time as the journal says; the driver's own clock stands still, and its offsets have no gaps. */
function giveJournal(driver: TopologyTestDriver, log: FinalLog): void {
  for (const partition of partitionsOf(log)) {
    const store = driver.keyValueStore<bigint, Moves>(JOURNAL, partition);
    const offsets = log.read(input.name, partition).map(({ offset }) => offset);
    for (const [before, moves] of journalOf(log, partition)) {
      const index = BigInt(offsets.filter(offset => offset < before).length);
      store.put(index, [...(store.get(index) ?? []), ...moves]);
    }
  }
  driver.commit();
  driver.restart();
}

type Moves = readonly (readonly [firstMs: number, stepMs: number, count: number])[];

function journalOf(log: FinalLog, partition: number): ReadonlyMap<bigint, Moves> {
  const changes = log.read(changelogTopic(log.applicationId, JOURNAL), partition);
  return new Map(changes.map(({ key, value }) => [key?.readBigInt64BE() ?? 0n, JSON.parse(`${value}`) as Moves]));
}

const driven = againstDriver('idle-windows', topology, { input, outputs: [closed, late, ended, missed] }, call, giveJournal); // biome-ignore format: one line

/**
 * Windows that close without input. The clock decides when time moves, so the test uses the journal: the log must equal
 * a replay of the journal without faults and without a clock. In addition, each record must be in exactly one closed
 * window or late, all windows must close in the end, and time must neither go back nor run ahead of the clock.
 */
export const idleWindows: Scenario = {
  ...driven,
  isSettled: log => partitionsOf(log).every(partition => uncounted(log, partition).length === 0),
  judge: log => [
    ...driven.judge(log),
    ...partitionsOf(log).flatMap(partition => [...uncounted(log, partition), ...misplaced(log, partition)]),
  ],
};

/**
 * The records that are neither late nor in exactly one emitted window. Sessions are left to the replay: as in Kafka
 * Streams, a record at a session's last moment replaces the session by one of its own time.
 */
function uncounted(log: FinalLog, partition: number): string[] {
  const windowOf = (key: unknown, timestampMs: number) => `${key}@${timestampMs - (timestampMs % SIZE_MS)}`;
  const [all, tooLate] = [input, late].map(({ name }) =>
    log.read(name, partition).map(({ key, timestampMs }) => windowOf(key, timestampMs)),
  );
  const told = log.read(closed.name, partition).flatMap(({ key, value }) => {
    const window = closed.key.deserialize(key ?? Buffer.alloc(0), []);
    const count = value === null ? 0 : Number(int64.deserialize(value, []));
    return Array<string>(count).fill(windowOf(window.key, window.startMs));
  });
  return differences(`records ${partition}`, (all ?? []).sort(), [...told, ...(tooLate ?? [])].sort());
}

/** Moves of time that go back, or are ahead of the clock. */
function misplaced(log: FinalLog, partition: number): string[] {
  const moves = [...journalOf(log, partition)].sort(([a], [b]) => Number(a - b)).flatMap(([, runs]) => runs);
  const nowMs = START_MS + log.nowMs;
  let timeMs = 0;
  return moves.flatMap(([firstMs, stepMs, count]) => {
    const isWrong = firstMs <= timeMs || firstMs + stepMs * (count - 1) > nowMs;
    const wrong = isWrong ? [`time ${partition}: from ${timeMs} to ${firstMs} + ${count} * ${stepMs} at ${nowMs}`] : [];
    timeMs = firstMs + stepMs * (count - 1);
    return wrong;
  });
}
