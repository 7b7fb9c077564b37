import { afterAll, describe, test } from 'vitest';
import { makeBench } from '../conformance/bench.ts';
import { NotOfferedError } from '../conformance/check.ts';
import { checks } from '../conformance/checks.ts';
import { MemoryCuts } from '../conformance/memory-cuts.ts';
import { MemoryLog } from './memory-log.ts';

const log = new MemoryLog();
const cuts = new MemoryCuts();
const bench = makeBench(async () => log.client({ transport: cuts.transport }), {
  observe: async () => log.client(),
  clean: topic => void log.compact(topic),
  cutNext: (request, at) => cuts.cutNext(request, at),
});
afterAll(() => bench.close());

describe('the memory log', () => {
  for (const check of checks) {
    test(check.name, async context => {
      await check.run(bench).catch(error => {
        if (!(error instanceof NotOfferedError)) throw error;
        context.skip(error.message); // it has no connections to lose
      });
    });
  }
});
