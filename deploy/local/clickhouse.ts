import { join } from 'node:path';
import { hashPassword } from './clickhouse/users.ts';
import type { DataFolder } from './folder.ts';
import { answersHttp, type Program } from './program.ts';
import type { Secrets } from './secrets.ts';

export interface ClickHouseOptions {
  readonly folder: DataFolder;
  readonly port: number;
  readonly passwords: Secrets['clickHouse'];
}

/**
 * The process that owns the embedded ClickHouse's data and answers ClickHouse's HTTP interface on the loopback. It gets
 * hashes of passwords and no other secret. When started as root, it becomes a user without other rights.
 */
export function clickHouse({ folder, port, passwords }: ClickHouseOptions): Program {
  const hashes = { writer: hashPassword(passwords.writer), analyst: hashPassword(passwords.analyst) };
  return {
    name: 'clickhouse',
    kind: 'part',
    needsSpace: true,
    argv: [process.execPath, join(import.meta.dirname, 'clickhouse/main.ts')],
    env: {
      // Statements run on libuv's threads: 4 of analysts, 24 of writers; the rest is for the server's own work.
      UV_THREADPOOL_SIZE: '36',
      TZ: 'UTC',
      CLICKHOUSE_HOME: folder.folder('clickhouse'),
      CLICKHOUSE_PORT: String(port),
      CLICKHOUSE_USERS: JSON.stringify(hashes),
    },
    answers: () => answersHttp(`http://127.0.0.1:${port}/ping`),
    readyWithinMs: 60_000,
  };
}
