import { join } from 'node:path';
import { hashPassword } from './clickhouse/users.ts';
import type { DataFolder } from './folder.ts';
import { answersHttp, type Program } from './program.ts';
import type { Secrets } from './secrets.ts';
import { behindWall, describeWall, findWall } from './wall.ts';

export interface ClickHouseOptions {
  readonly folder: DataFolder;
  readonly port: number;
  readonly passwords: Secrets['clickHouse'];
}

/**
 * The process that owns the embedded ClickHouse's data and answers ClickHouse's HTTP interface on the loopback. It gets
 * hashes of passwords, through its standard input, and no other secret. When started as root, it becomes a user without
 * other rights. Where the machine has bubblewrap, it sees only its code and its data.
 */
export function clickHouse({ folder, port, passwords }: ClickHouseOptions): Program {
  const hashes = { writer: hashPassword(passwords.writer), analyst: hashPassword(passwords.analyst) };
  const home = folder.folder('clickhouse');
  const program = [process.execPath, join(import.meta.dirname, 'clickhouse/main.ts')] as const;
  const wall = findWall();
  return {
    name: 'clickhouse',
    kind: 'part',
    needsSpace: true,
    argv: wall.stands ? behindWall(program, home) : program,
    input: JSON.stringify(hashes),
    env: {
      // Statements run on libuv's threads: 4 of analysts, 24 of writers; the rest is for the server's own work.
      UV_THREADPOOL_SIZE: '36',
      TZ: 'UTC',
      NODE_EXTRA_CA_CERTS: '', // it opens no connection
      CLICKHOUSE_HOME: home,
      CLICKHOUSE_PORT: String(port),
      CLICKHOUSE_WALL: describeWall(wall),
    },
    answers: () => answersHttp(`http://127.0.0.1:${port}/ping`),
    readyWithinMs: 60_000,
  };
}
