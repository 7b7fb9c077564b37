import { Worker } from 'node:worker_threads';
import { STUCK_AFTER_MS, STUCK_FD } from './protocol.ts';
import { runningStep } from './running-step.ts';

const settings = {
  shared: runningStep,
  fd: STUCK_FD,
  stuckAfterMs: STUCK_AFTER_MS,
  lookEveryMs: 250,
  /** A step that waits in native code uses no processor time. This many looks are 5 s. */
  looksAtMost: 20,
};

/**
 * Starts a thread that finds a step in native code which does not end. Such a step holds the main thread, which then
 * cannot tell anything. So the watch writes the source's `playId`, one a line, to a pipe of its own.
 */
export function startStepWatch(): void {
  // As text, because a process that dropped its rights may be unable to read a file of code.
  new Worker(`(${watch})()`, { eval: true, workerData: settings }).unref();
}

/**
 * Runs in the thread, and uses nothing of this file. Processor time counts, so that a busy machine makes no step stuck.
 * Looks count instead of a clock: a process that was stopped for a while did not run long.
 */
function watch(): void {
  const { writeSync } = process.getBuiltinModule('node:fs');
  const { shared, fd, stuckAfterMs, lookEveryMs, looksAtMost }: typeof settings =
    process.getBuiltinModule('node:worker_threads').workerData;
  let watched = { step: -1, looks: 0, used: process.cpuUsage(), told: false };
  setInterval(() => {
    const [playId, step] = [Atomics.load(shared, 0), Atomics.load(shared, 1)];
    if (playId === 0 || step !== watched.step) {
      watched = { step: playId === 0 ? -1 : step, looks: 0, used: process.cpuUsage(), told: false };
      return;
    }
    const { user, system } = process.cpuUsage(watched.used);
    const stuck = (user + system) / 1_000 >= stuckAfterMs || ++watched.looks >= looksAtMost;
    if (!stuck || watched.told) return;
    watched.told = true;
    writeSync(fd, `${playId}\n`);
  }, lookEveryMs);
}
