/**
 * A thread that finds a step in native code which does not end. Such a step holds the main thread, which then cannot
 * tell anything. So this thread writes the source's `playId`, one a line, to a pipe of its own.
 */
import { writeSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { STUCK_AFTER_MS, STUCK_FD } from './protocol.ts';
import { stepIn } from './running-step.ts';

const LOOK_EVERY_MS = 250;
/** A step that waits in native code uses no processor time. This many looks are 5 s. */
const LOOKS_AT_MOST = 20;

let watched = { step: -1, looks: 0, used: process.cpuUsage(), told: false };

/**
 * Processor time counts, so that a busy machine makes no step stuck. Looks count instead of a clock: a process that was
 * stopped for a while did not run long.
 */
function look(): void {
  const running = stepIn(workerData);
  if (running === undefined || running.step !== watched.step) {
    watched = { step: running?.step ?? -1, looks: 0, used: process.cpuUsage(), told: false };
    return;
  }
  const { user, system } = process.cpuUsage(watched.used);
  const stuck = (user + system) / 1_000 >= STUCK_AFTER_MS || ++watched.looks >= LOOKS_AT_MOST;
  if (!stuck || watched.told) return;
  watched.told = true;
  writeSync(STUCK_FD, `${running.playId}\n`);
}

setInterval(look, LOOK_EVERY_MS);
parentPort?.postMessage('ready');
