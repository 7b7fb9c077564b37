import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ClickHouseClient, createClient } from '@clickhouse/client';
import { clickHouse } from '../../clickhouse.ts';
import { DataFolder } from '../../folder.ts';
import { freePorts } from '../../ports.ts';
import type { Program } from '../../program.ts';
import { Supervisor } from '../../supervisor.ts';
import { innermostPid } from '../../wall.ts';
import type { UserName } from '../users.ts';

export const PASSWORDS = { writer: 'w', analyst: 'a' } as const;

/** An embedded ClickHouse for one test, in its own folder. */
export interface RunningClickHouse {
  readonly url: string;
  readonly program: Program;
  readonly folder: DataFolder;
  /** How the process ended, each time. */
  readonly ends: readonly string[];
  /** Ends the process with a signal to its group, as the supervisor does. */
  signalGroup(signal: NodeJS.Signals): void;
  /** Pid of the engine's process, behind its wall. */
  pid(): number;
  client(user: UserName, password?: string): ClickHouseClient;
  /** Sends one plain POST, without a client library. */
  post(user: UserName, query: string, options?: PostOptions): Promise<Response>;
  stop(): Promise<void>;
}

export interface PostOptions {
  readonly body?: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
  /** Added to the URL: settings, `param_*`. */
  readonly url?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** `env`: added to the environment of the engine's process. */
export async function startClickHouse(env: Readonly<Record<string, string>> = {}): Promise<RunningClickHouse> {
  const folder = DataFolder.make(mkdtempSync(join(tmpdir(), 'sightline-clickhouse-')));
  const ends: string[] = [];
  const supervisor = new Supervisor({ folder, onLine: () => {}, onRestart: (_, reason) => ends.push(reason) });
  const leader = (): number => supervisor.status()[0]?.pid ?? 0;
  const [port = 0] = await freePorts(1);
  const url = `http://127.0.0.1:${port}`;
  const usual = clickHouse({ folder, port, passwords: PASSWORDS });
  const program = { ...usual, env: { ...usual.env, ...env } };
  await supervisor.launch(program);
  return {
    url,
    program,
    folder,
    ends,
    signalGroup: signal => process.kill(-leader(), signal),
    pid: () => innermostPid(leader()),
    client: (username, password = PASSWORDS[username]) =>
      createClient({ url, username, password, log: { level: 127 } }),
    post: (user, query, { body = '', headers = {}, url: more = {}, signal } = {}) =>
      fetch(`${url}/?${new URLSearchParams({ ...(query !== '' && { query }), ...more })}`, {
        method: 'POST',
        body: new Uint8Array(Buffer.from(body)),
        headers: { 'X-ClickHouse-User': user, 'X-ClickHouse-Key': PASSWORDS[user], ...headers },
        signal: signal ?? null,
      }),
    async stop() {
      await supervisor.stop();
      rmSync(folder.path, { recursive: true });
    },
  };
}
