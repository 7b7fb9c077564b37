import { avroSerde, topics, type Violation } from '@sightline/schemas';
import avro from 'avsc';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RunningGateway, runGateway } from '../testing/running-gateway.ts';
import { violation } from '../testing/violations.ts';

let gateway: RunningGateway;
beforeAll(async () => {
  gateway = await runGateway();
});
afterAll(() => gateway.close());

const startedAtMs = Date.now() - 60_000;
const good = [1, 2, 3].map(n => violation({ violationId: `good-${n}`, startedAtMs: startedAtMs + n }));
const wrong: readonly Partial<Violation>[] = [
  { peakConfidence: Number.NaN },
  { peakConfidence: Number.POSITIVE_INFINITY },
  { framesObserved: -5 },
  { revision: -2_147_483_648 },
  { revision: 0 },
  { startedAtMs: Date.UTC(1960, 0, 1) },
  { startedAtMs: Date.UTC(2200, 0, 1), lastSeenAtMs: Date.UTC(2200, 0, 1) },
  { endedAtMs: startedAtMs - 60_000 },
  { boxes: violation({ violationId: 'b' }).boxes.map(box => ({ ...box, x1Px: Number.NaN })) },
  ...['é', ' ', '..', 'a/b', '\u{1f600}'].map(violationId => ({ violationId })),
];

/** Writes a record as a foreign producer with our schema but without its bounds. */
async function publishForeign(given: Partial<Violation>, index: number): Promise<void> {
  const { schema } = avroSerde<Violation>('Violation');
  const base = violation({ violationId: `foreign-${index}`, startedAtMs: startedAtMs + 10 + index });
  const unbounded = avro.Type.forSchema(JSON.parse(schema), { wrapUnions: false });
  const { value: ours, ...outgoing } = gateway.cell.outgoing(topics.violations, base.cameraId, base);
  if (ours === null) throw new Error('a violation has a value');
  const framing = ours.length - unbounded.toBuffer(base).length;
  const value = Buffer.concat([ours.subarray(0, framing), unbounded.toBuffer({ ...base, ...given })]);
  const producer = await gateway.cell.log.producer();
  await producer.send([{ ...outgoing, value }]);
  await producer.close();
}

interface Page {
  readonly violations: {
    readonly totalCount: number;
    readonly unreadable: number;
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
    readonly edges: readonly { readonly node: { readonly violationId: string; readonly peakConfidence: number } }[];
  };
}

// The records do not decode, for the sink as for the gateway, so no list shows them and none fails.
test('foreign records outside the bounds leave every list whole: each page answers and leads to the next', async () => {
  for (const [index, given] of wrong.entries()) await publishForeign(given, index);
  await gateway.publish(good);
  await expect.poll(() => good.every(({ violationId }) => gateway.parts.feed.get(violationId))).toBe(true);
  const seen: string[] = [];
  let after: string | null = null;
  for (let pages = 0; pages < 20; pages++) {
    const { violations }: Page = await gateway.ask<Page>(
      `query ($after: String) { violations(first: 1, after: $after) { totalCount unreadable
        pageInfo { hasNextPage endCursor }
        edges { node { violationId peakConfidence framesObserved durationMs boxes { x1Px } } } } }`,
      { after },
    );
    expect([violations.totalCount, violations.unreadable]).toEqual([good.length, 0]);
    seen.push(...violations.edges.map(({ node }) => node.violationId));
    if (!violations.pageInfo.hasNextPage) break;
    after = violations.pageInfo.endCursor;
  }
  expect(seen).toEqual(['good-3', 'good-2', 'good-1']);
});
