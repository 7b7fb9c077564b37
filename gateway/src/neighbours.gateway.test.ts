/** What a page of one violation asks: its neighbours in a list, and the pictures that prove it. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RunningGateway, runGateway, until } from './testing/running-gateway.ts';
import { revised, violation } from './testing/violations.ts';

const NEIGHBOURS = `query ($id: ID!, $filter: ViolationFilter) {
  violation(id: $id) { neighbours(filter: $filter) { newer { violationId } older { violationId } } } }`;
const EVIDENCE = 'query ($id: ID!) { violation(id: $id) { still { sha256 } evidence { role sha256 url } } }';

let gateway: RunningGateway;
beforeAll(async () => {
  gateway = await runGateway();
});
afterAll(() => gateway.close());

async function neighbours(id: string, filter: object = {}, login?: string): Promise<unknown> {
  type Answer = { violation: { neighbours: Record<'newer' | 'older', { violationId: string } | null> } };
  const { violation: found } = await gateway.ask<Answer>(NEIGHBOURS, { id, filter }, login);
  return [found.neighbours.newer?.violationId ?? null, found.neighbours.older?.violationId ?? null];
}

test("a violation has its neighbours in the order of a list, within its filter and the viewer's stores", async () => {
  const startedAtMs = 1_790_000_000_000;
  const at = (number: number, cameraId: string, storeId: string) =>
    violation({ violationId: `n${number}`, startedAtMs: startedAtMs + number * 1_000, cameraId, storeId });
  const n4 = at(4, 'cam-2', 'store-2');
  await gateway.publish([at(1, 'cam-1', 'store-1'), at(2, 'cam-2', 'store-2')]);
  await gateway.publish([at(3, 'cam-1', 'store-1'), n4, revised(n4, 'closed'), at(5, 'cam-1', 'store-1')]);
  await until(() => ['n1', 'n2', 'n3', 'n5'].every(id => gateway.parts.feed.get(id) !== undefined));
  await until(() => gateway.parts.feed.get('n4')?.revision === 2);
  expect(await neighbours('n5')).toEqual([null, 'n4']);
  expect(await neighbours('n4')).toEqual(['n5', 'n3']);
  expect(await neighbours('n3')).toEqual(['n4', 'n2']);
  expect(await neighbours('n1')).toEqual(['n2', null]);
  expect(await neighbours('n3', { cameraId: 'cam-1' })).toEqual(['n5', 'n1']);
  expect(await neighbours('n4', { state: 'OPEN' })).toEqual(['n5', 'n3']); // it closed since the list was made
  expect(await neighbours('n3', {}, 'berlin')).toEqual(['n5', 'n1']);
});

test('the pictures of a violation are the latest of each role, also from several bundles', async () => {
  const row = (revision: number, file: number, role: string, digit: string) => ({
    ...{ violation_id: 'n1', camera_id: 'cam-1', store_id: 'store-1', revision, file, role, missing: '' },
    ...{ sha256: digit.repeat(64), size_bytes: 1, media_type: 'image/jpeg' },
    ...{ captured_at: '2026-11-21 07:00:00.000', _topic: 'evidence', _partition: 0, _offset: revision },
  });
  const rows = [row(1, 0, 'still', 'a'), row(1, 1, 'first', 'b'), row(3, 0, 'still', 'c'), row(3, 1, 'last', 'd')];
  await gateway.database.insert('evidence', rows);
  const { violation: found } = await gateway.ask<{ violation: { evidence: object[] } }>(EVIDENCE, { id: 'n1' });
  expect(found).toMatchObject({ still: { sha256: 'c'.repeat(64) } });
  expect(new Set(found.evidence)).toEqual(
    new Set(
      [
        { role: 'STILL', sha256: 'c'.repeat(64) },
        { role: 'FIRST', sha256: 'b'.repeat(64) },
        { role: 'LAST', sha256: 'd'.repeat(64) },
      ].map(file => ({ ...file, url: `/api/evidence/${file.sha256}` })),
    ),
  );
});
