import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Change, type ControlLog, hashPassword, loginVaultId, type Vault } from '@sightline/processors/control';
import type { Camera, Store, Zone } from '@sightline/schemas';
import { handNoScooper } from '@sightline/schemas/rules';
import { z } from 'zod';
import { clipName, type Demo, type DemoCamera } from './demo.ts';

/** The part of a rendered recording's truth that configures its camera. */
const ClipTruth = z.object({ zone: z.array(z.object({ x: z.number(), y: z.number() })) });

const FIRST_LOGIN = 'seed-first-login';

/**
 * Creates the first login once: its password's hash in the vault, its role in the control log. The command in the
 * control log's history says that it was created, so a first login that was deleted since stays deleted.
 */
export async function seedLogin(
  control: ControlLog,
  vault: Vault,
  first: { readonly login: string; readonly password: string },
): Promise<void> {
  if (control.fold.answer(FIRST_LOGIN) !== undefined) return;
  const userId = 'first-login';
  const passwordHash = await hashPassword(first.password);
  // The command comes last: a start that ends in between creates the login again.
  await vault.put(loginVaultId(first.login), { userId, login: first.login, passwordHash });
  await once(control, FIRST_LOGIN, [
    { kind: 'user', id: userId, value: { userId, role: 'admin', storeIds: null, active: true } },
  ]);
}

/** Creates the demo's stores and cameras once. Later changes by people stay. */
export async function seedDemo(control: ControlLog, demo: Demo, scenesFolder: string): Promise<void> {
  await once(control, 'seed-demo', [
    ...demo.stores.map((store): Change => ({ kind: 'store', id: store.storeId, value: demoStore(store) })),
    ...demo.cameras.flatMap(camera => cameraChanges(camera, scenesFolder, { active: true })),
  ]);
}

/** Creates the store and the camera of the readiness probe once; the camera is stopped. */
export async function seedProbe(control: ControlLog, demo: Demo, scenesFolder: string): Promise<void> {
  const probeStore = { storeId: demo.probe.storeId, name: 'Readiness probe', city: '', region: '', timeZone: 'UTC' };
  await once(control, 'seed-probe', [
    { kind: 'store', id: demo.probe.storeId, value: demoStore(probeStore) },
    ...cameraChanges(demo.probe, scenesFolder, { active: false }),
  ]);
}

async function once(control: ControlLog, commandId: string, changes: readonly Change[]): Promise<void> {
  if (control.fold.answer(commandId) !== undefined) return;
  const result = await control.append({ commandId, actor: 'seed', changes, effectiveAtMs: 0 });
  if (result.outcome !== 'accepted') throw new Error(`seeding ${commandId}: ${JSON.stringify(result)}`);
}

const demoStore = (store: Demo['stores'][number]): Store => ({
  ...store,
  openingHours: [],
  subscriptionActive: true,
  plan: null,
  demo: true,
});

/** The changes that create a camera with a zone and the rule `hand_no_scooper`. */
function cameraChanges(
  entry: DemoCamera,
  scenesFolder: string,
  { active }: { readonly active: boolean },
): readonly Change[] {
  const { cameraId, storeId, name } = entry;
  const clip = clipName(entry);
  const { zone: polygon } = ClipTruth.parse(JSON.parse(readFileSync(join(scenesFolder, `${clip}.truth.json`), 'utf8')));
  const camera: Camera = {
    cameraId,
    storeId,
    name,
    site: 'main',
    source: 'loop',
    url: `scenes:${clip}`,
    maxFps: 5,
    active,
    fileSha256: null,
    fileBytes: null,
    fileEpoch: null,
    fileStartedAtMs: null,
    loginId: null,
    onvifUrl: null,
    plan: [{ model: 'kitchen', maxFps: null, byRules: false, tiles: null }],
    demo: true,
  };
  const zone: Zone = { zoneId: `${cameraId}-ingredients`, cameraId, name: 'Ingredients', polygon };
  const rule = handNoScooper(cameraId, zone.zoneId);
  return [
    { kind: 'camera', id: cameraId, value: camera },
    { kind: 'zone', id: zone.zoneId, value: zone },
    { kind: 'rule', id: rule.ruleId, value: rule },
  ];
}
