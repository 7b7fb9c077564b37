import { stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileEnd } from './file-end.ts';

/** A file that did not change for this long does not grow any more. */
const QUIET_MS = 30_000;
const LOOK_EVERY_MS = 250;

/**
 * Waits at the end of a recording that may still grow: its container does not tell that it is whole, and it changed a
 * short while ago, as when a copy pauses. `say` is called before a wait, with what to tell people.
 */
export async function waitWhileGrowing(path: string, signal: AbortSignal, say: (what: string) => void): Promise<void> {
  if ((await fileEnd(path)).kind === 'whole') return;
  let { mtimeMs, size } = await stat(path);
  let quietSinceMs = performance.now() - Math.min(QUIET_MS, Math.max(0, Date.now() - mtimeMs));
  if (performance.now() - quietSinceMs >= QUIET_MS) return;
  say(`it may still grow: it ends when nothing was added to it for ${QUIET_MS / 1_000} s`);
  while (!signal.aborted && performance.now() - quietSinceMs < QUIET_MS) {
    await sleep(LOOK_EVERY_MS, undefined, { signal }).catch(() => {});
    const now = await stat(path);
    if (now.size === size && now.mtimeMs === mtimeMs) continue;
    ({ mtimeMs, size } = now);
    quietSinceMs = performance.now();
  }
}
