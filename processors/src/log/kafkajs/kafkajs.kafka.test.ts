import { afterAll, describe, test } from 'vitest';
import { makeBench } from '../conformance/bench.ts';
import { NotOfferedError } from '../conformance/check.ts';
import { checks } from '../conformance/checks.ts';
import { REQUESTS, Scissors } from '../conformance/scissors.ts';
import { connectLog } from './connect-log.ts';

const brokers = (process.env.TEST_KAFKA_BROKERS ?? '').split(',').filter(Boolean);
const scissors = new Scissors();
const { socketFactory } = scissors;
const bench = makeBench(() => connectLog({ brokers, clientId: 'conformance', socketFactory }), {
  observe: () => connectLog({ brokers, clientId: 'observer' }),
  cutNext: (request, at) => scissors.cutNext(REQUESTS[request], at),
});
afterAll(() => bench.close());

describe.skipIf(brokers.length === 0)('kafkajs against a broker', () => {
  for (const check of checks) {
    test(check.name, async context => {
      await check.run(bench).catch(error => {
        if (!(error instanceof NotOfferedError)) throw error;
        context.skip(error.message); // one broker: `npm run eval -- conformance` has two
      });
    }, 60_000);
  }
});
