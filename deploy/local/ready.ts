import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { DataFolder } from './folder.ts';
import type { Addresses } from './parts.ts';
import { type Secrets, writePrivate } from './secrets.ts';
import type { Supervisor } from './supervisor.ts';

const Ready = z.object({
  /** Pages and API. */
  url: z.string(),
  login: z.object({ login: z.string(), password: z.string() }),
  data: z.string(),
  logs: z.string(),
  secrets: z.string(),
  /** Folder whose video files become cameras. */
  videos: z.string(),
  addresses: z.object({
    kafkaBrokers: z.string(),
    kafkaLogin: z.object({ username: z.string(), password: z.string() }).nullable(),
    schemaRegistryUrl: z.string(),
    schemaRegistryAuth: z.string().nullable(),
    redisUrl: z.string(),
    clickHouse: z.object({ url: z.string(), user: z.string(), password: z.string(), database: z.string() }),
    embedded: z.array(z.enum(['kafka', 'registry', 'redis', 'clickhouse'])).readonly(),
  }),
  /** Login of the user who may only read the embedded ClickHouse; null when ClickHouse is elsewhere. */
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

/** The content of `ready.json`: addresses, logins and processes. */
export type Ready = z.output<typeof Ready>;

/** Reads a folder's `ready.json`; undefined when nothing runs there or the start is not done. */
export function readReady(folder: DataFolder): Ready | undefined {
  try {
    return Ready.parse(JSON.parse(readFileSync(folder.ready, 'utf8')));
  } catch {
    return undefined;
  }
}

const AGAIN_AFTER_MS = 2_000;

/** Writes `ready.json`, which only its owner may read: at the end of the start, and after each restart of a process. */
export class ReadyFile {
  readonly #folder: DataFolder;
  readonly #content: ReadyContent;

  constructor(folder: DataFolder, content: ReadyContent) {
    this.#folder = folder;
    this.#content = content;
  }

  /** Writes the present state. On a full disk it tries again until it succeeds. Never throws. */
  write(): void {
    try {
      writePrivate(this.#folder.ready, `${JSON.stringify(describe(this.#folder, this.#content), null, 2)}\n`);
    } catch {
      setTimeout(() => this.write(), AGAIN_AFTER_MS).unref();
    }
  }
}

interface ReadyContent {
  readonly url: string;
  readonly secrets: Secrets;
  readonly videos: string;
  readonly addresses: Addresses;
  readonly supervisor: Supervisor;
}

function describe(
  folder: DataFolder,
  { url, secrets, videos, addresses, supervisor }: ReadyContent,
): z.input<typeof Ready> {
  const analyst = { user: 'analyst', password: secrets.clickHouse.analyst };
  return {
    url,
    login: secrets.firstLogin,
    data: folder.path,
    logs: folder.file('logs'),
    secrets: folder.secrets,
    videos,
    addresses,
    analyst: addresses.embedded.includes('clickhouse') ? analyst : null,
    processes: [...supervisor.status()],
  };
}
