import { type Change, openControl } from '@sightline/processors/control';
import { handNoScooper } from '@sightline/schemas/rules';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RunningGateway, runGateway, until } from './testing/running-gateway.ts';
import { violation } from './testing/violations.ts';

let gateway: RunningGateway;

beforeAll(async () => {
  gateway = await runGateway();
});

afterAll(() => gateway.close());

const FIELDS = `__typename ... on Removed { removedIds } ... on Invalid { field message }
  ... on Conflict { message current { ... on Zone { name version } ... on Rule { name version } ... on Camera { name version } } }`;

async function remove(kind: 'Camera' | 'Zone' | 'Rule', input: object, login = 'admin'): Promise<object> {
  const query = `mutation ($input: Remove${kind}Input!) { result: remove${kind}(input: $input) { ${FIELDS} } }`;
  return (await gateway.ask<{ result: object }>(query, { input }, login)).result;
}

interface Seen {
  readonly camera: {
    readonly version: number;
    readonly zones: readonly { readonly zoneId: string; readonly version: number }[];
    readonly rules: readonly { readonly ruleId: string; readonly version: number }[];
  } | null;
}

const see = (cameraId: string): Promise<Seen> =>
  gateway.ask(`{ camera(id: "${cameraId}") { version zones { zoneId version } rules { ruleId version } } }`);

test('a rule is removed at its present version only, and never by a viewer', async () => {
  const rule = handNoScooper('cam-1', 'cam-1-zone');
  const extra: Change = { kind: 'rule', id: 'extra', value: { ...rule, ruleId: 'extra', name: 'Extra' } };
  await gateway.control.append({ actor: 'test', changes: [extra] });
  await until(async () => (await see('cam-1')).camera?.rules.length === 2);
  const version = (await see('cam-1')).camera?.rules.find(one => one.ruleId === 'extra')?.version ?? 0;
  await expect(remove('Rule', { ruleId: 'extra', expectedVersion: version }, 'viewer')).rejects.toThrow('FORBIDDEN');
  expect(await remove('Rule', { ruleId: 'extra', expectedVersion: version - 1 })).toMatchObject({
    ...{ __typename: 'Conflict', current: { name: 'Extra', version } },
  });
  expect(await remove('Rule', { ruleId: 'extra', expectedVersion: version })).toEqual({
    ...{ __typename: 'Removed', removedIds: ['extra'] },
  });
  expect((await see('cam-1')).camera?.rules).toHaveLength(1);
  expect(await remove('Rule', { ruleId: 'extra', expectedVersion: version })).toMatchObject({
    ...{ __typename: 'Conflict', message: 'the rule was removed meanwhile', current: null },
  });
});

test('who may not see a camera does not learn which types its rules find', async () => {
  const rule = { ...handNoScooper('cam-2', 'cam-2-zone'), ruleId: 'secret', violationType: 'secret_type' };
  const warnings = async (login: string): Promise<unknown> => {
    const { violations } = await gateway.ask<{ violations: { warnings: unknown } }>(
      '{ violations(filter: { violationType: "secret_type" }) { warnings { message } } }',
      {},
      login,
    );
    return violations.warnings;
  };
  const none = [{ message: "no rule finds violations of type 'secret_type' now" }];
  await gateway.control.append({ actor: 'test', changes: [{ kind: 'rule', id: 'secret', value: rule }] });
  await until(async () => (await see('cam-2')).camera?.rules.length === 2);
  expect([await warnings('admin'), await warnings('berlin')]).toEqual([[], none]);
  await gateway.control.append({ actor: 'test', changes: [{ kind: 'rule', id: 'secret', value: null }] });
  await until(async () => (await see('cam-2')).camera?.rules.length === 1);
  expect(await warnings('berlin')).toEqual(none);
});

test("removing a zone that a rule uses is refused with the rule's name; withRules removes both", async () => {
  const [zone] = (await see('cam-1')).camera?.zones ?? [];
  const [rule] = (await see('cam-1')).camera?.rules ?? [];
  const input = { zoneId: zone?.zoneId, expectedVersion: zone?.version };
  expect(await remove('Zone', input)).toMatchObject({
    ...{ __typename: 'Invalid', field: 'withRules', message: expect.stringContaining('“Hand without scooper”') },
  });
  expect(await remove('Zone', { ...input, withRules: true }, 'berlin')).toEqual({
    ...{ __typename: 'Removed', removedIds: [zone?.zoneId, rule?.ruleId] },
  });
  expect((await see('cam-1')).camera).toMatchObject({ zones: [], rules: [] });
});

test('a camera is removed with its zones and rules in one change set, and its violations stay', async () => {
  await gateway.publish([violation({ violationId: 'kept', cameraId: 'cam-2', storeId: 'store-2' })]);
  const { camera } = await see('cam-2');
  const input = { cameraId: 'cam-2', expectedVersion: camera?.version };
  expect(await remove('Camera', input, 'berlin')).toMatchObject({ __typename: 'Invalid', field: 'cameraId' });
  expect(await remove('Camera', { ...input, expectedVersion: 0 })).toMatchObject({
    ...{ __typename: 'Conflict', current: { name: 'Camera cam-2', version: camera?.version } },
  });
  const { nextOffset } = gateway.parts.fold;
  expect(await remove('Camera', input)).toEqual({
    ...{ __typename: 'Removed', removedIds: ['cam-2', 'cam-2-zone', camera?.rules[0]?.ruleId] },
  });
  expect(gateway.parts.fold.nextOffset).toBe(nextOffset + 3);
  expect((await see('cam-2')).camera).toBeNull();
  expect(await remove('Camera', input)).toMatchObject({ __typename: 'Conflict', current: null });
  await until(
    async () =>
      (await gateway.ask<{ violation: object | null }>('{ violation(id: "kept") { state } }')).violation !== null,
  );
});

test("a removed camera's violations stay under its last name, and a filter says that it was removed", async () => {
  const json = async (path: string): Promise<unknown> => (await gateway.get(path)).json();
  const message = "the camera 'Camera cam-2' (cam-2) was removed; its violations stay";
  const warnings = [{ field: 'cameraId', message }];
  const kept = [{ id: 'kept', video: 'Camera cam-2' }];
  for (const video of ['cam-2', 'Camera%20cam-2'])
    expect(await json(`/api/violations/${video}`)).toMatchObject({ violations: kept, warnings });
  expect(await json('/api/violations-list?cameraId=cam-2')).toMatchObject({ violations: kept, warnings });
  expect(await json('/api/statistics?cameraId=cam-2')).toMatchObject({ total: 1, warnings });
  expect(await json('/api/video-summary/cam-2')).toMatchObject({ video: 'Camera cam-2', removed: true, violations: 1 });
  expect((await gateway.get('/api/violations/cam-2', 'berlin')).status).toBe(404);
  const asked = `{ violation(id: "kept") { camera { name removed } rule { name } store { name } }
    violations(filter: { cameraId: "cam-2" }) { warnings { field message } }
    violationStatistics { byCamera { camera { name } } } removedCameras { cameraId name } cameras { removed } }`;
  expect(await gateway.ask(asked)).toMatchObject({
    violation: {
      ...{ camera: { name: 'Camera cam-2', removed: true }, rule: { name: 'Hand without scooper' } },
      store: { name: 'Store store-2' },
    },
    violations: { warnings },
    violationStatistics: { byCamera: [{ camera: { name: 'Camera cam-2' } }] },
    removedCameras: [{ cameraId: 'cam-2', name: 'Camera cam-2' }],
    cameras: [{ removed: false }],
  });
  expect(await gateway.ask('{ removedCameras { cameraId } }', {}, 'berlin')).toEqual({ removedCameras: [] });
});

test('a filter by a removed store or by a type whose rules were removed says so; a wrong value has no such excuse', async () => {
  const rules = gateway.parts.fold.all('rule').filter(({ violationType }) => violationType === 'hand_no_scooper');
  const changes: readonly Change[] = [
    ...rules.map(({ ruleId }): Change => ({ kind: 'rule', id: ruleId, value: null })),
    { kind: 'store', id: 'store-2', value: null },
  ];
  await gateway.control.append({ actor: 'test', changes });
  await until(() => gateway.parts.fold.entity('store', 'store-2') === undefined);
  const warnings = async (query: string): Promise<readonly string[]> => {
    const answer = (await (await gateway.get(`/api/statistics?${query}`)).json()) as {
      warnings: { message: string }[];
    };
    return answer.warnings.map(({ message }) => message);
  };
  expect(await warnings('violationType=hand_no_scooper&storeId=store-2')).toEqual([
    "the store 'Store store-2' (store-2) was removed; its violations stay",
    "every rule that finds violations of type 'hand_no_scooper' was removed; its violations stay",
  ]);
  expect(await warnings('violationType=wrong&storeId=nowhere&cameraId=none')).toEqual([
    "there is no store 'nowhere'",
    "there is no camera 'none'",
    "no rule finds violations of type 'wrong' now",
  ]);
  const { violation: seen } = await gateway.ask<{ violation: object }>(
    '{ violation(id: "kept") { store { name } rule { name } } }',
  );
  expect(seen).toEqual({ store: { name: 'Store store-2' }, rule: { name: 'Hand without scooper' } });
  const removed = '{ removedStores { storeId name } }';
  expect(await gateway.ask(removed)).toEqual({ removedStores: [{ storeId: 'store-2', name: 'Store store-2' }] });
  expect(await gateway.ask(removed, {}, 'berlin')).toEqual({ removedStores: [] });
});

test('a zone created during the removal of its camera is removed too', async () => {
  const other = await openControl(gateway.cell, error => {
    throw error;
  });
  const value = { ...(other.fold.entity('camera', 'cam-1')?.value ?? fail()), cameraId: 'cam-3', name: 'Third' };
  await other.append({ actor: 'test', changes: [{ kind: 'camera', id: 'cam-3', value }] });
  await until(async () => (await see('cam-3')).camera !== null);
  const polygon = [
    { x: 0, y: 0 },
    { x: 1, y: 0 },
    { x: 1, y: 1 },
  ];
  const zone: Change = {
    kind: 'zone',
    id: 'late',
    value: { zoneId: 'late', cameraId: 'cam-3', name: 'Late', polygon },
  };
  const version = (await see('cam-3')).camera?.version;
  const [removed] = await Promise.all([
    remove('Camera', { cameraId: 'cam-3', expectedVersion: version }),
    other.append({
      actor: 'test',
      changes: [zone],
      expects: [{ entityKind: 'camera', entityId: 'cam-3', version: version ?? 0 }],
    }),
  ]);
  expect(removed).toMatchObject({ __typename: 'Removed' });
  expect(gateway.parts.fold.entity('zone', 'late')).toBeUndefined();
  await other.close();
});

function fail(): never {
  throw new Error('the camera is not there');
}
