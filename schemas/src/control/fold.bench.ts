/**
 * `node schemas/src/control/fold.bench.ts [CAMERAS]`: folds 100,000 records of the control log from nothing, then
 * writes the fold to a snapshot and reads it back, in this process alone. Prints CPU time, which hardly depends on
 * load.
 */
import type { ControlRecord } from '../generated/records.ts';
import { control } from '../topics.ts';
import type { Change } from './change.ts';
import { ControlFold } from './fold.ts';
import { snapshotSerde } from './snapshot.ts';
import { cameraOf, command, ruleOf, set, storeOf, zoneOf } from './test-records.ts';

const RECORDS = 100_000;
const STORES = 100;
const CAMERAS = Number(process.argv[2] ?? 2_000);

function changeOf(n: number): Change {
  if (n < STORES) return set.store(storeOf(`s${n}`));
  if (n < STORES + CAMERAS) return set.camera(cameraOf(`c${n - STORES}`, { storeId: `s${n % STORES}` }));
  const cameraId = `c${n % CAMERAS}`;
  const turn = Math.floor(n / CAMERAS) % 10;
  if (turn < 4) return set.zone(zoneOf(`${cameraId}-z${turn}`, (n % 7) / 10, cameraId));
  return set.rule(ruleOf(`${cameraId}-r${turn}`, { cameraId, gapMs: n % 400 }));
}

const records: readonly ControlRecord[] = Array.from({ length: RECORDS }, (_, n) =>
  command(`0192e4a0-0000-7000-8000-${n}`, [changeOf(n)], { effectiveAtMs: n }),
).flat();
const written = records.map(record => control.value.serialize(record));

function timed<T>(what: string, work: () => T): T {
  const before = process.cpuUsage();
  const result = work();
  const { user, system } = process.cpuUsage(before);
  console.log(`${what.padEnd(24)}${((user + system) / 1e6).toFixed(2)} s`);
  return result;
}

const fold = timed('folded from nothing', () => {
  const folded = new ControlFold();
  for (const [offset, bytes] of written.entries())
    folded.apply(control.value.deserialize(bytes), { offset, timestampMs: offset });
  return folded;
});
const snapshot = timed('snapshot written', () => {
  const kept = fold.snapshot();
  return kept === undefined ? Buffer.alloc(0) : snapshotSerde.serialize(kept);
});
const restored = timed('folded from the snapshot', () => {
  const again = new ControlFold();
  again.restore(snapshotSerde.deserialize(snapshot));
  return again;
});
timed('first answer after that', () => restored.answer('none'));
console.log(`${(snapshot.length / 1e6).toFixed(1)} MB, next offset ${restored.nextOffset} of ${fold.nextOffset}`);
