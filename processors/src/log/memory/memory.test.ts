import { afterAll, describe, test } from 'vitest';
import { makeBench } from '../conformance/bench.ts';
import { checks } from '../conformance/checks.ts';
import { MemoryLog } from './memory-log.ts';

const log = new MemoryLog();
const bench = makeBench(async () => log.client());
afterAll(() => bench.close());

describe('the memory log', () => {
  for (const check of checks) test(check.name, () => check.run(bench));
});
