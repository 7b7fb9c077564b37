import { afterEach, describe, expect, test } from 'vitest';
import { type CutAt, REQUESTS, Scissors } from '../log/conformance/scissors.ts';
import { connectLog } from '../log/index.ts';
import { StreamsApp } from './streams-app.ts';
import { countingTopology } from './testing/counting.ts';
import { CountingCell, sleep } from './testing/counting-cell.ts';

/**
 * Invariant: whichever request or answer a broken connection swallows, the application comes back by itself, and its
 * output is that of a run without trouble. An EndTxn whose answer is lost may have been done or not: both are right.
 */
const brokers = process.env.TEST_KAFKA_BROKERS ?? '';
type Request = keyof typeof REQUESTS;
/** Asked only when a lane opens: another cut makes one. */
const OPENING = new Set<Request>(['InitProducerId', 'ListOffsets', 'OffsetFetch', 'FindCoordinator']);
/** Asked only when the group changes. */
const JOINING = new Set<Request>(['JoinGroup', 'SyncGroup']);
const close: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of close.splice(0).reverse()) await end();
});

describe.skipIf(brokers === '')('an application whose connections are cut', () => {
  test('comes back from a lost request and a lost answer of every kind', async () => {
    const cell = await CountingCell.open(brokers, 'cuts');
    close.push(() => cell.close());
    const scissors = new Scissors();
    const log = await connectLog({
      brokers: brokers.split(','),
      clientId: 'cut',
      socketFactory: scissors.socketFactory,
    });
    close.push(() => log.close());
    const options = { applicationId: `${cell.prefix}counting`, topology: countingTopology(), namePrefix: cell.prefix };
    const fatal: unknown[] = [];
    const app = new StreamsApp({ ...options, log, onFatal: error => fatal.push(error) });
    close.push(() => app.close());
    await app.start();
    cell.feed();
    const struck: string[] = [];
    const provoke = async (name: Request) => {
      if (OPENING.has(name)) void scissors.cutNext(REQUESTS.EndTxn, 'request');
      if (!JOINING.has(name)) return;
      const guest = new StreamsApp({ ...options, topology: countingTopology(), log: cell.log });
      await guest.start();
      await guest.close();
    };
    for (const name of Object.keys(REQUESTS) as Request[]) {
      for (const at of ['request', 'answer'] as const satisfies CutAt[]) {
        const cut = scissors.cutNext(REQUESTS[name], at).then(() => struck.push(`${name} ${at}`));
        await provoke(name);
        await Promise.race([cut, sleep(4000)]);
        scissors.disarm();
        await running(app);
      }
    }
    const fed = await cell.settle();
    const { faults, by } = await cell.judge();
    console.log(`${fed} records in, ${faults.length} faults, read by ${by}; cut: ${struck.join(', ')}`);
    expect([faults, fatal]).toEqual([[], []]);
    expect(struck).toEqual(
      expect.arrayContaining(['Produce answer', 'EndTxn request', 'EndTxn answer', 'TxnOffsetCommit answer']),
    );
  }, 240_000);
});

async function running(app: StreamsApp): Promise<void> {
  for (const endMs = performance.now() + 30_000; ; await sleep(20)) {
    const { lanes } = app.health();
    if (lanes.length === 4 && lanes.every(({ state }) => state === 'running')) return;
    if (performance.now() > endMs) throw new Error(`not back after 30 s: ${lanes.map(l => `${l.state} ${l.reason}`)}`);
  }
}
