import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { LogClient } from '../log-client.ts';
import { connectLog } from './connect-log.ts';

let log: LogClient;
beforeAll(async () => {
  log = await connectLog({ brokers: [process.env.TEST_KAFKA_BROKERS ?? '127.0.0.1:9092'], clientId: 'test' });
});
afterAll(() => log.close());

/** Weak references to readers and producers that were opened, used and closed. */
async function closed(): Promise<readonly WeakRef<object>[]> {
  const references: WeakRef<object>[] = [];
  for (let turn = 0; turn < 3; turn++) {
    const reader = await log.reader({ maxWaitMs: 10 });
    await reader.fetch();
    await reader.close();
    const producer = await log.producer();
    await producer.close();
    references.push(new WeakRef(reader), new WeakRef(producer));
  }
  return references;
}

// A follower opens a reader after each lost connection, so a client that kept closed readers would grow.
test('a client keeps no reader and no producer that its user has closed', async () => {
  setFlagsFromString('--expose-gc');
  const collectGarbage: () => void = runInNewContext('gc');
  const references = await closed();
  await expect
    .poll(
      () => {
        collectGarbage();
        return references.filter(reference => reference.deref() !== undefined).length;
      },
      { timeout: 20_000, interval: 200 },
    )
    .toBe(0);
});
