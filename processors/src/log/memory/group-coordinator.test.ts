import { expect, test } from 'vitest';
import type { Clock, Timer } from '../clock.ts';
import type { Assignment } from '../log-client.ts';
import { GroupCoordinator } from './group-coordinator.ts';

const TIMES = { sessionTimeoutMs: 1000, rebalanceTimeoutMs: 300 };
const at = { topic: 'in', partition: 0 };

/** A clock that the test moves. */
class HandClock implements Clock {
  #atMs = 0;
  #timers: { readonly dueMs: number; readonly run: () => void }[] = [];

  readonly nowMs = () => this.#atMs;
  readonly monotonicMs = () => this.#atMs;
  readonly soon = (run: () => void) => run();

  setTimer(run: () => void, ms: number): Timer {
    const timer = { dueMs: this.#atMs + ms, run };
    this.#timers.push(timer);
    return {
      cancel: () => {
        this.#timers = this.#timers.filter(other => other !== timer);
      },
    };
  }

  pass(ms: number): void {
    for (const endMs = this.#atMs + ms; this.#atMs < endMs; this.#atMs++) {
      for (const timer of this.#timers.filter(({ dueMs }) => dueMs <= this.#atMs)) {
        this.#timers = this.#timers.filter(other => other !== timer);
        timer.run();
      }
    }
  }
}

/** A group whose members learn of a rebalance with their next heartbeat. */
function makeGroup() {
  const clock = new HandClock();
  const group = new GroupCoordinator(clock, () => 2);
  const join = (instanceId?: string) =>
    group.join('g', { topics: ['in'], instanceId, ...TIMES, isTold: false, onAssigned: () => {} });
  const beat = (member: string, generation: number) => group.heartbeat('g', member, generation);
  const lanes = (member: string) => group.assignment('g', member)?.partitions.map(({ partition }) => partition);
  const generation = (member: string) => (group.assignment('g', member) as Assignment).generation;
  /** Moves the clock without a heartbeat. */
  const pass = (ms: number) => clock.pass(ms);
  return { group, join, beat, lanes, generation, pass };
}

test('a rebalance waits until all members join again, and the old generation can commit meanwhile', async () => {
  const { group, join, beat, lanes, generation } = makeGroup();
  const first = join();
  const old = generation(first);
  expect(lanes(first)).toEqual([0, 1]);
  const second = join();
  const isIn = group.rejoin('g', second);
  expect([lanes(second), beat(first, old)]).toEqual([undefined, 'rebalance']);
  group.commit('g', first, old, [{ ...at, offset: 5n }]);
  await group.rejoin('g', first);
  await isIn;
  expect([lanes(first), lanes(second)]).toEqual([[0], [1]]);
  expect(group.committed('g', at).offset).toBe(5n);
  expect(() => group.commit('g', first, old, [{ ...at, offset: 6n }])).toThrow(/not in generation/);
});

test('a member that does not join a rebalance in time is removed', () => {
  const { join, beat, lanes, generation, pass } = makeGroup();
  const first = join();
  const old = generation(first);
  const second = join();
  pass(299);
  expect(lanes(second)).toBeUndefined();
  pass(2);
  expect(lanes(second)).toEqual([0, 1]);
  expect(beat(first, old)).toBe('unknown');
});

test('a static member that does not join in time keeps its share', () => {
  const { join, lanes, pass } = makeGroup();
  const [first, second] = [join('one'), join('two')];
  pass(301);
  expect([lanes(first), lanes(second)]).toEqual([[0], [1]]);
});
