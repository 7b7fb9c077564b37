import { statfs } from 'node:fs/promises';
import type { Cell } from '@sightline/processors/process';
import { topics } from '@sightline/schemas';
import type { Redis } from 'ioredis';
import type { ClickHouseReader } from '../queries/clickhouse.ts';
import type { PartCheck, PartTrouble } from './health-monitor.ts';

const ANSWER_WITHIN_MS = 3_000;
/** With less free space, Kafka and ClickHouse soon refuse to write where they share the disk. */
const LOW_DISK_BYTES = 200_000_000;
const WORDS = { away: 'is not reached', slow: 'answers too slowly' } as const;

export interface CheckedParts {
  readonly cell: Cell;
  readonly redis: Redis;
  readonly clickhouse: ClickHouseReader;
  readonly env: {
    readonly SIGHTLINE_DATA: string;
    readonly SCHEMA_REGISTRY_URL: string;
    readonly SCHEMA_REGISTRY_AUTH?: string | undefined;
  };
}

/** Checks of the parts that the product needs; each sends one small request, or looks at the disk. */
export function partChecks({ cell, redis, clickhouse, env }: CheckedParts): readonly PartCheck[] {
  return [
    { name: 'kafka', vital: true, check: () => kafkaTrouble(cell) },
    { name: 'registry', vital: false, check: () => registryTrouble(env) },
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
        if (trouble === undefined) return undefined;
        const lack = 'older violations are missing from lists and numbers meanwhile';
        return { kind: trouble.reason, message: `it ${WORDS[trouble.reason]}, ${lack}: ${trouble.message}` };
      },
    },
    { name: 'disk', vital: false, check: () => diskTrouble(env.SIGHTLINE_DATA) },
  ];
}

/** Checks the free space on the disk of the data folder. */
export async function diskTrouble(folder: string, lowBytes = LOW_DISK_BYTES): Promise<PartTrouble | undefined> {
  const { bavail, bsize } = await statfs(folder);
  const freeBytes = bavail * bsize;
  if (freeBytes >= lowBytes) return undefined;
  const megabytes = Math.round(freeBytes / 1e6);
  return {
    kind: 'away',
    message: `it is nearly full, ${megabytes} MB are free: free some space, then stopped parts start again`,
  };
}

/** Sends the schema registry a small request. Only silence, a server error or a refused login count as a problem. */
async function registryTrouble({
  SCHEMA_REGISTRY_URL: url,
  SCHEMA_REGISTRY_AUTH: auth,
}: CheckedParts['env']): Promise<PartTrouble | undefined> {
  const headers = auth === undefined ? {} : { authorization: `Basic ${Buffer.from(auth).toString('base64')}` };
  const answer = await fetch(`${url.replace(/\/$/, '')}/subjects`, {
    headers,
    signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
  });
  await answer.body?.cancel();
  const refused = answer.status >= 500 || answer.status === 401 || answer.status === 403;
  return refused ? { kind: 'away', message: `it answers ${answer.status}` } : undefined;
}

/** Asks Kafka for an offset. The client retries for half a minute, but a few seconds without answer count as a problem. */
async function kafkaTrouble(cell: Cell): Promise<PartTrouble | undefined> {
  const partition = { topic: cell.name(topics.violations), partition: 0 };
  const answered = cell.log.admin.listOffsets([partition], 'latest').then(
    () => undefined,
    (error: unknown): PartTrouble => ({
      kind: 'away',
      message: `it refuses: ${error instanceof Error ? error.message : error}`,
    }),
  );
  const silent = new Promise<PartTrouble>(resolve => {
    const message = 'it does not answer: live events wait until it is back';
    setTimeout(resolve, ANSWER_WITHIN_MS, { kind: 'away', message }).unref();
  });
  return Promise.race([answered, silent]);
}
