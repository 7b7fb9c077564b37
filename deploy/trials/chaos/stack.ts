/**
 * `npm run chaos -- stack`: kills the violation process (SIGKILL) while scripted violations happen; each must be
 * everywhere exactly once.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { type OwnStack, startStack } from '../installations/stack.ts';
import { type Figure, figureOptions, printFigures } from '../tools/figure.ts';
import { seeded } from '../tools/seeded.ts';
import { scriptedRun } from '../truth/scripted-run.ts';

const options = figureOptions();

const KILLS = options.full ? 20 : 5;
const PROCESS = 'violations';
const say = (text: string): void => console.error(text);

/** Kills the process KILLS times. A kill counts once a new pid has replaced the killed one. */
async function kill(stack: OwnStack, random: () => number): Promise<number> {
  let proven = 0;
  for (let number = 1; number <= KILLS; number++) {
    const pid = await nextPid(stack, undefined);
    // every fourth kill strikes during the start or the restore, the others during work
    await sleep(number % 4 === 0 ? random() * 1_000 : 2_000 + random() * 4_000);
    process.kill(pid, 'SIGKILL');
    const next = await nextPid(stack, pid);
    proven += next === pid ? 0 : 1;
    say(`kill ${number} of ${KILLS}: ${pid} died, ${next} took over`);
  }
  return proven;
}

async function nextPid(stack: OwnStack, not: number | undefined): Promise<number> {
  for (let waitedMs = 0; waitedMs < 60_000; waitedMs += 50) {
    const pid = stack.pidOf(PROCESS);
    if (pid !== undefined && pid !== not) return pid;
    await sleep(50);
  }
  throw new Error('the violation process was not started again within 60 s');
}

async function run(stack: OwnStack): Promise<readonly Figure[]> {
  const { faults: proven, seconds, figures } = await scriptedRun(stack, () => kill(stack, seeded(42)));
  return [{ name: 'kills', value: proven, unit: '', peer: KILLS, pass: proven === KILLS, seconds }, ...figures];
}

const stack = await startStack();
try {
  printFigures(await run(stack), options);
} finally {
  await stack.stop();
}
