import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import type { DataFolder } from './folder.ts';
import type { Program } from './program.ts';

export interface RedisOptions {
  readonly folder: DataFolder;
  readonly port: number;
  readonly password: string;
}

/** Redis on the loopback, in memory only: no acknowledged data exists only in Redis. */
export function redis({ folder, port, password }: RedisOptions): Program {
  const data = folder.folder('redis');
  const config = join(data, 'redis.conf');
  // The settings are in a file, so that no process list shows the password.
  // Redis must not set a process title: it would overwrite the environment, and leftovers.ts reads that.
  const lines = [
    'set-proc-title no',
    `port ${port}`,
    'bind 127.0.0.1',
    `dir ${redisText(data)}`,
    `requirepass ${password}`,
    'save ""',
    'appendonly no',
    'maxmemory 256mb',
    'maxmemory-policy volatile-lru',
  ];
  writeFileSync(config, `${lines.join('\n')}\n`, { mode: 0o600 });
  return {
    name: 'redis',
    kind: 'part',
    argv: ['redis-server', config],
    answers: () => pings(port, password),
    readyWithinMs: 20_000,
  };
}

/** A text for redis.conf, whatever characters it has. */
export const redisText = (text: string): string => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;

function pings(port: number, password: string): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect({ port, host: '127.0.0.1', timeout: 1_000 });
    let said = '';
    const answer = (yes: boolean): void => {
      socket.destroy();
      resolve(yes);
    };
    socket.once('connect', () => socket.write(`AUTH ${password}\r\nPING\r\n`));
    socket.on('data', data => {
      said += data.toString('latin1');
      if (said.includes('PONG')) answer(true);
      else if (said.includes('-')) answer(false);
    });
    socket.once('error', () => answer(false)).once('timeout', () => answer(false));
  });
}
