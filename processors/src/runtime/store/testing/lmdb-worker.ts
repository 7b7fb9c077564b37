import { keyValueStore } from '../key-value-store.ts';
import { LocalState } from '../local-state.ts';
import type { StoreEngine } from '../store-engine.ts';
import { TaskStore } from '../task-store.ts';
import { int32, text } from './serdes.ts';

/**
 * Writes transactions to a store on disk until it is killed. Transaction n sets all keys to n, with changelog offset n
 * * keys. Its number goes to stdout once it is applied.
 */
export const KEYS = 200;
const store = keyValueStore('counts', text, int32);

export function openCounts(stateDir: string): StoreEngine {
  return new LocalState({ stateDir, applicationId: 'app', defaultEngine: 'lmdb' }).open('0_0', store);
}

if (process.argv[2] !== undefined) {
  const counts = new TaskStore(store, openCounts(process.argv[2]));
  for (let n = Number(counts.restoreFrom ?? 0n) / KEYS + 1; ; n++) {
    for (let key = 0; key < KEYS; key++) put(counts, `key-${key}`, n);
    counts.freeze();
    counts.applied({ changelogOffset: BigInt(n * KEYS), atMs: n });
    process.stdout.write(`${n}\n`);
    await new Promise(resolve => setImmediate(resolve));
  }
}

function put({ stateStore }: TaskStore, key: string, value: number): void {
  (stateStore as { put(key: string, value: number): void }).put(key, value);
}
