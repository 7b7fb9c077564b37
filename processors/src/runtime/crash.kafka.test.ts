import { once } from 'node:events';
import { afterEach, describe, expect, test } from 'vitest';
import { CountingCell, sleep } from './testing/counting-cell.ts';
import { DEATHS } from './testing/dying-log.ts';

/**
 * Invariant: processes die or stall at any moment, and a client that shares no code with us reads every output exactly
 * once, in the order of its partition. The judge reads the input from the log, not from the feeder's memory.
 */
const brokers = process.env.TEST_KAFKA_BROKERS ?? '';
/** How often each fault is made; the whole proof takes ten times as many. */
const ROUNDS = Number(process.env.CHAOS_ROUNDS ?? 1);
let cell: CountingCell | undefined;
afterEach(() => cell?.close());

async function judged(open: CountingCell, what: string): Promise<void> {
  const fed = await open.settle();
  const { faults, aborted, by } = await open.judge();
  console.log(`${what}: ${fed} records in, ${faults.length} faults, ${aborted} aborted outputs hidden, read by ${by}`);
  expect(faults).toEqual([]);
}

describe.skipIf(brokers === '')('the engine on a broker', () => {
  test('kill -9 of one of two processes at random moments loses nothing and doubles nothing', async () => {
    const open = await CountingCell.open(brokers, 'kills');
    cell = open;
    open.feed();
    const running = [open.start(), open.start()];
    await sleep(2000);
    for (let kill = 0; kill < 5 * ROUNDS; kill++) {
      await sleep(500 + Math.random() * 2500);
      const victim = running[kill % 2];
      victim?.kill('SIGKILL');
      if (victim?.exitCode === null) await once(victim, 'exit');
      running[kill % 2] = open.start();
    }
    await judged(open, `${5 * ROUNDS} kills`);
  }, 300_000);

  test('a process that dies at any moment of a commit, and comes back as the same member, does so too', async () => {
    const open = await CountingCell.open(brokers, 'deaths');
    cell = open;
    open.feed();
    for (const death of Array.from({ length: ROUNDS }, () => DEATHS).flat()) {
      const worker = open.start('worker-1', death, String(3 + Math.floor(Math.random() * 5)));
      const [, signal] = await once(worker, 'exit');
      expect(`${death}: ${signal}`).toBe(`${death}: SIGKILL`); // the fault did happen
    }
    open.start('worker-1');
    await judged(open, `${DEATHS.length * ROUNDS} deaths inside a commit`);
  }, 300_000);

  test('a process stopped past its session, and woken when others have its lanes, writes nothing more', async () => {
    const open = await CountingCell.open(brokers, 'zombies');
    cell = open;
    open.feed();
    const zombie = open.start();
    await sleep(2000);
    open.start();
    await sleep(2500);
    for (let round = 0; round < ROUNDS; round++) {
      zombie.kill('SIGSTOP');
      await sleep(9000);
      zombie.kill('SIGCONT');
      await sleep(2500);
    }
    expect(zombie.exitCode).toBeNull();
    await judged(open, `${ROUNDS} stalls of 9 s`);
  }, 300_000);
});
