import { afterEach, describe, expect, test } from 'vitest';
import { committedValues, record } from '../conformance/check.ts';
import { REQUESTS, Scissors } from '../conformance/scissors.ts';
import type { LogClient } from '../log-client.ts';
import { connectLog } from './connect-log.ts';

const brokers = (process.env.TEST_KAFKA_BROKERS ?? '').split(',').filter(Boolean);
let log: LogClient | undefined;
afterEach(() => log?.close());

describe.skipIf(brokers.length === 0)('a producer whose connection is cut', () => {
  test('writes each record once, in order, when the request is lost and when the answer is', async () => {
    const scissors = new Scissors();
    const open = await connectLog({ brokers, clientId: 'cut', socketFactory: scissors.socketFactory });
    log = open;
    const topic = `cut-${process.pid}-${Math.random().toString(36).slice(2)}`;
    await open.admin.createTopics([{ topic, partitions: 2 }]);
    const producer = await open.producer();
    const offsets: bigint[] = [];
    for (let n = 0; n < 12; n++) {
      const cut = n % 3 === 0 ? undefined : scissors.cutNext(REQUESTS.Produce, n % 3 === 1 ? 'answer' : 'request');
      const sent = await producer.send([record(topic, 0, `${n}`), record(topic, 1, `${n}`)]);
      await cut;
      offsets.push(sent[0]?.offset ?? -1n);
    }
    const wanted = Array.from({ length: 12 }, (_, n) => `${n}`);
    expect(await committedValues(open, { topic, partition: 0 })).toEqual(wanted);
    expect(await committedValues(open, { topic, partition: 1 })).toEqual(wanted);
    expect(offsets).toEqual(wanted.map(n => BigInt(n)));
  }, 60_000);
});
