import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DataFolder } from './folder.ts';
import { answersHttp, type Program } from './program.ts';
import type { Secrets } from './secrets.ts';

export interface ClickHouseOptions {
  readonly folder: DataFolder;
  readonly port: number;
  readonly passwords: Secrets['clickHouse'];
}

/** The process that alone owns the embedded ClickHouse's data and answers its HTTP interface on the loopback. */
export function clickHouse({ folder, port, passwords }: ClickHouseOptions): Program {
  const data = folder.folder('clickhouse');
  const users = join(data, 'users.json');
  writeFileSync(users, JSON.stringify(passwords), { mode: 0o600 });
  return {
    name: 'clickhouse',
    kind: 'part',
    needsSpace: true,
    argv: [process.execPath, join(import.meta.dirname, 'clickhouse/main.ts')],
    // Statements run on libuv's threads; sixteen at once wait for nothing.
    env: {
      UV_THREADPOOL_SIZE: '16',
      TZ: 'UTC',
      CLICKHOUSE_DATA: join(data, 'data'),
      CLICKHOUSE_PORT: String(port),
      CLICKHOUSE_USERS: users,
    },
    answers: () => answersHttp(`http://127.0.0.1:${port}/ping`),
    readyWithinMs: 60_000,
  };
}
