import { afterAll, describe, test } from 'vitest';
import { makeBench } from '../conformance/bench.ts';
import { NotOfferedError } from '../conformance/check.ts';
import { checks } from '../conformance/checks.ts';
import { MemoryLog } from './memory-log.ts';

const NOT_YET = new Set(['timeout', 'cleaner', 'static-silence']);
const log = new MemoryLog();
const bench = makeBench(async () => log.client());
afterAll(() => bench.close());

describe('the memory log', () => {
  for (const check of checks.filter(({ id }) => !NOT_YET.has(id))) {
    test(check.name, async context => {
      await check.run(bench).catch(error => {
        if (!(error instanceof NotOfferedError)) throw error;
        context.skip(error.message); // it has no connections to lose
      });
    });
  }
});
