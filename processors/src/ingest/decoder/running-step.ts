/** Places in the shared memory: the `playId` of the running step (0: none), and the number of steps so far. */
const SOURCE = 0;
const STEPS = 1;

/** Shared with the step watch, a thread of its own. */
export const runningStep = new Int32Array(new SharedArrayBuffer(8));

/** Runs a step in native code, which holds this thread. The step watch sees meanwhile which source it belongs to. */
export function runStep<T>(playId: number, step: () => T): T {
  Atomics.add(runningStep, STEPS, 1);
  Atomics.store(runningStep, SOURCE, playId);
  try {
    return step();
  } finally {
    Atomics.store(runningStep, SOURCE, 0);
  }
}
