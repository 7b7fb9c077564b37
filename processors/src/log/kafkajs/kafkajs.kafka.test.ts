import { afterAll, describe, test } from 'vitest';
import { makeBench } from '../conformance/bench.ts';
import { checks } from '../conformance/checks.ts';
import { connectLog } from './connect-log.ts';

const brokers = (process.env.TEST_KAFKA_BROKERS ?? '').split(',').filter(Boolean);
const bench = makeBench(() => connectLog({ brokers, clientId: 'conformance' }));
afterAll(() => bench.close());

describe.skipIf(brokers.length === 0)('kafkajs against a broker', () => {
  for (const check of checks) test(check.name, () => check.run(bench), 60_000);
});
