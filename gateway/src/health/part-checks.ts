import type { Cell } from '@sightline/processors/process';
import { topics } from '@sightline/schemas';
import type { Redis } from 'ioredis';
import type { ClickHouseReader } from '../queries/clickhouse.ts';
import type { PartCheck } from './health-monitor.ts';

const ANSWER_WITHIN_MS = 3_000;

/** The parts the gateway needs, each asked by a small question. */
export function partChecks(cell: Cell, redis: Redis, clickhouse: ClickHouseReader): readonly PartCheck[] {
  return [
    { name: 'kafka', vital: true, check: () => kafkaTrouble(cell) },
    {
      name: 'redis',
      vital: true,
      async check() {
        await redis.ping();
        return undefined;
      },
    },
    {
      name: 'clickhouse',
      vital: false,
      async check() {
        const trouble = await clickhouse.ping();
        return trouble && `it does not answer, so lists show the last minutes alone: ${trouble}`;
      },
    },
  ];
}

/** The client asks again by itself for half a minute; here a few seconds of silence are trouble. */
async function kafkaTrouble(cell: Cell): Promise<string | undefined> {
  const partition = { topic: cell.name(topics.violations), partition: 0 };
  const answered = cell.log.admin.listOffsets([partition], 'latest').then(
    () => undefined,
    (error: unknown) => `it refuses: ${error instanceof Error ? error.message : error}`,
  );
  const silent = new Promise<string>(resolve => {
    setTimeout(resolve, ANSWER_WITHIN_MS, 'it does not answer: live events wait until it is back').unref();
  });
  return Promise.race([answered, silent]);
}
