import type { Violation } from '@sightline/schemas';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RunningGateway, runGateway } from '../testing/running-gateway.ts';
import { revised, violation } from '../testing/violations.ts';
import { parseCursor } from './cursor.ts';
import type { ViolationEventItem } from './violation-event-item.ts';

let gateway: RunningGateway;
beforeAll(async () => {
  gateway = await runGateway();
});
afterAll(() => gateway.close());

const PAGE = `{
  open: violationStatistics(filter: { state: OPEN }) { total cursor byCamera { cameraId count } }
  all: violationStatistics { total cursor }
  recent: violations(first: 5) { cursor edges { node { violationId revision } } }
}`;

interface Page {
  readonly open: { total: number; cursor: string; byCamera: { cameraId: string; count: number }[] };
  readonly all: { total: number; cursor: string };
  readonly recent: { cursor: string; edges: { node: { violationId: string; revision: number } }[] };
}
type Event = Extract<ViolationEventItem, { kind: 'event' }>;

const partitions = (): number => gateway.parts.feed.position.offsets.length;
const offsetsOf = (cursor: string): readonly bigint[] => parseCursor(cursor, partitions()).offsets;
const isAfter = ({ partition, offset }: Event, cursor: string): boolean =>
  BigInt(offset) >= (offsetsOf(cursor)[partition] ?? 0n);

/** The earliest of several cursors of one gateway. */
const earliest = (cursors: readonly string[]): string => {
  const sum = (cursor: string): bigint => offsetsOf(cursor).reduce((total, offset) => total + offset, 0n);
  return cursors.toSorted((a, b) => Number(sum(a) - sum(b)))[0] ?? '';
};

/** Reads the events from the cursor on up to this position. Partitions have no order among one another. */
async function eventsBetween(cursor: string, end: readonly bigint[]): Promise<readonly Event[]> {
  const from = offsetsOf(cursor);
  const waiting = end.reduce((sum, offset, partition) => sum + Number(offset - (from[partition] ?? 0n)), 0);
  const events: Event[] = [];
  if (waiting === 0) return events;
  for await (const item of gateway.parts.events.subscribe(() => ({ grantedStoreIds: null }), cursor)) {
    if (item.kind === 'gap') throw new Error(`a gap: ${item.reason}`);
    if (item.kind !== 'event') continue;
    events.push(item);
    if (events.length === waiting) break;
  }
  return events;
}

let named = 0;

// Violations open and close while a page loads, and the subscription begins after a random wait. The page's numbers plus
// the events after its cursors must equal the truth: nothing missing, nothing twice.
test('a page and the subscription from its cursor miss no event and count none twice', async () => {
  const steps = fc.array(fc.record({ camera: fc.constantFrom('cam-1', 'cam-2'), waitMs: fc.nat({ max: 4 }) }), {
    minLength: 1,
    maxLength: 25,
  });
  const total = { all: 0, open: new Map<string, number>() };
  await fc.assert(
    fc.asyncProperty(steps, fc.nat({ max: 30 }), fc.nat({ max: 15 }), async (given, askAfterMs, listenAfterMs) => {
      const openNow: Violation[] = [];
      const published: Violation[] = [];
      const publishing = (async () => {
        for (const { camera, waitMs } of given) {
          const standing = openNow.find(({ cameraId }) => cameraId === camera);
          const next =
            standing === undefined
              ? violation({
                  violationId: `p${named++}`,
                  cameraId: camera,
                  storeId: camera === 'cam-1' ? 'store-1' : 'store-2',
                  startedAtMs: Date.now(),
                })
              : revised(standing, 'closed');
          if (standing === undefined) openNow.push(next);
          else openNow.splice(openNow.indexOf(standing), 1);
          total.all += standing === undefined ? 1 : 0;
          total.open.set(camera, (total.open.get(camera) ?? 0) + (standing === undefined ? 1 : -1));
          await gateway.publish([next]);
          published.push(next);
          await new Promise(resolve => setTimeout(resolve, waitMs));
        }
      })();
      await new Promise(resolve => setTimeout(resolve, askAfterMs));
      const page = await gateway.ask<Page>(PAGE);
      await new Promise(resolve => setTimeout(resolve, listenAfterMs));
      await publishing;
      const last = violation({ violationId: `p${named++}`, cameraId: 'cam-1', startedAtMs: Date.now() });
      await gateway.publish([last]);
      for (const { violationId, revision } of [...published, last])
        await expect.poll(() => gateway.parts.feed.get(violationId)?.revision ?? 0).toBeGreaterThanOrEqual(revision);
      total.all++;
      total.open.set('cam-1', (total.open.get('cam-1') ?? 0) + 1);

      const cursor = earliest([page.open.cursor, page.all.cursor, page.recent.cursor]);
      const events = await eventsBetween(cursor, gateway.parts.feed.position.offsets);
      const changed = (camera: string): number =>
        events
          .filter(event => event.violation.cameraId === camera && isAfter(event, page.open.cursor))
          .reduce((sum, { violation: { state } }) => sum + (state === 'opened' ? 1 : -1), 0);
      for (const [camera, open] of total.open) {
        const counted = page.open.byCamera.find(({ cameraId }) => cameraId === camera)?.count ?? 0;
        expect(counted + changed(camera)).toBe(open);
      }
      const opened = events.filter(event => event.violation.state === 'opened' && isAfter(event, page.all.cursor));
      expect(page.all.total + opened.length).toBe(total.all);
    }),
    { numRuns: 60 },
  );
});
