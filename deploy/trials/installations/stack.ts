import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { allTopics, type Cell, cellEnv, connectCell, parseEnv } from '@sightline/processors/process';
import { DataFolder } from '../../local/folder.ts';
import { endLeftovers } from '../../local/leftovers.ts';
import { addressEnv } from '../../local/parts.ts';
import { type Ready, readReady } from '../../local/ready.ts';

/** A running installation, used from outside: its addresses, its login, its processes. */
export interface Stack {
  readonly ready: Ready;
  /** Value of the Authorization header of the first login. */
  readonly authorization: string;
  /** The data of a GraphQL operation; rejects with its errors. */
  graphql<T>(query: string, variables?: Readonly<Record<string, unknown>>): Promise<T>;
  /** A new connection to brokers and registry. */
  connect(): Promise<Cell>;
  /** The answer of a process at /health. */
  health(name: string): Promise<{ readonly status: string; readonly details: Readonly<Record<string, unknown>> }>;
  /** Present pid of a process; undefined while it is down. */
  pidOf(name: string): number | undefined;
}

export interface OwnStack extends Stack {
  /** The last lines that it printed. */
  said(): readonly string[];
  stop(): Promise<void>;
}

/** The running installation of this data folder. Throws when none is ready. */
export function openStack(path: string): Stack {
  const folder = new DataFolder(path);
  const ready = readReady(folder);
  if (ready === undefined) throw new Error(`no installation is ready in ${path}: run npm start`);
  const { login, password } = ready.login;
  const authorization = `Basic ${Buffer.from(`${login}:${password}`).toString('base64')}`;
  return {
    ready,
    authorization,
    async graphql<T>(query: string, variables: Readonly<Record<string, unknown>> = {}): Promise<T> {
      const answer = await fetch(`${ready.url}/graphql`, {
        method: 'POST',
        headers: { authorization, 'content-type': 'application/json', 'x-graphql-yoga-csrf': 'sightline' },
        body: JSON.stringify({ query, variables }),
      });
      const { data, errors } = (await answer.json()) as { data?: T; errors?: unknown };
      if (errors !== undefined || data === undefined) throw new Error(`GraphQL: ${JSON.stringify(errors)}`);
      return data;
    },
    connect() {
      const env = parseEnv({ ...process.env, ...addressEnv(ready.addresses) }, cellEnv);
      return connectCell(env, { service: 'observer', topics: allTopics });
    },
    async health(name) {
      const url = ready.processes.find(one => one.name === name)?.healthUrl;
      if (url === undefined) throw new Error(`no process ${name}`);
      return (await fetch(url)).json();
    },
    pidOf: name => readReady(folder)?.processes.find(one => one.name === name)?.pid,
  };
}

/** Starts the whole product beside other running ones, with its own folder, ports, data and processes. */
export async function startStack(
  options: { readonly demo?: boolean; readonly folder?: string } = {},
): Promise<OwnStack> {
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'sightline-'));
  const args = ['--data', folder, '--port', '0', '--no-probe', '--quiet', ...(options.demo ? [] : ['--no-demo'])];
  const child = spawn(process.execPath, [join(import.meta.dirname, '../../local/start.ts'), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: withoutSettings(),
  });
  const said = lastLines(child);
  const ended = new Promise<void>(resolve => child.once('close', () => resolve()));
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await ended;
    await endLeftovers(folder, 2_000);
    if (options.folder === undefined) rmSync(folder, { recursive: true, force: true });
  };
  process.once('exit', () => child.kill('SIGTERM'));
  while (readReady(new DataFolder(folder)) === undefined) {
    if (child.exitCode !== null) throw new Error(`the product did not start:\n${said().join('\n')}`);
    await new Promise(resolve => setTimeout(resolve, 200));
  }
  return { ...openStack(folder), said, stop };
}

function lastLines(child: ChildProcess): () => readonly string[] {
  let lines: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (data: Buffer) => {
      lines = [...lines, ...data.toString('utf8').split('\n')].filter(Boolean).slice(-30);
    });
  return () => lines;
}

/** Own parts, whatever the environment sets. */
function withoutSettings(): NodeJS.ProcessEnv {
  const { KAFKA_BROKERS, SCHEMA_REGISTRY_URL, CLICKHOUSE_URL, REDIS_URL, NAME_PREFIX, SIGHTLINE_STEPS, ...rest } =
    process.env;
  return rest;
}
