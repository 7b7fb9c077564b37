import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { DataFolder } from './folder.ts';
import type { Addresses } from './parts.ts';
import { type Secrets, writePrivate } from './secrets.ts';
import type { Supervisor } from './supervisor.ts';

const Ready = z.object({
  /** The one front door. */
  url: z.string(),
  login: z.object({ login: z.string(), password: z.string() }),
  data: z.string(),
  logs: z.string(),
  secrets: z.string(),
  addresses: z.object({
    kafkaBrokers: z.string(),
    kafkaLogin: z.object({ username: z.string(), password: z.string() }).nullable(),
    schemaRegistryUrl: z.string(),
    schemaRegistryAuth: z.string().nullable(),
    redisUrl: z.string(),
    clickHouse: z.object({ url: z.string(), user: z.string(), password: z.string(), database: z.string() }),
    embedded: z.array(z.enum(['kafka', 'registry', 'redis', 'clickhouse'])).readonly(),
  }),
  /** Who may read ClickHouse and nothing else; null when it is not ours. */
  analyst: z.object({ user: z.string(), password: z.string() }).nullable(),
  processes: z.array(
    z.object({
      name: z.string(),
      kind: z.enum(['part', 'process']),
      pid: z.number().optional(),
      restarts: z.number(),
      healthUrl: z.string().optional(),
    }),
  ),
});

/** What runs and where: the content of `ready.json`. */
export type Ready = z.output<typeof Ready>;

/** What runs in a folder, once it is ready. */
export function readReady(folder: DataFolder): Ready | undefined {
  try {
    return Ready.parse(JSON.parse(readFileSync(folder.ready, 'utf8')));
  } catch {
    return undefined;
  }
}

/** Writes `ready.json`, readable by its owner alone; again after each restart, for the pids. */
export function writeReady(
  folder: DataFolder,
  options: {
    readonly url: string;
    readonly secrets: Secrets;
    readonly addresses: Addresses;
    readonly supervisor: Supervisor;
  },
): void {
  const { url, secrets, addresses, supervisor } = options;
  const analyst = { user: 'analyst', password: secrets.clickHouse.analyst };
  const ready: z.input<typeof Ready> = {
    url,
    login: secrets.firstLogin,
    data: folder.path,
    logs: folder.file('logs'),
    secrets: folder.secrets,
    addresses,
    analyst: addresses.embedded.includes('clickhouse') ? analyst : null,
    processes: [...supervisor.status()],
  };
  writePrivate(folder.ready, `${JSON.stringify(ready, null, 2)}\n`);
}
