/** The process that owns the embedded ClickHouse's data directory: CLICKHOUSE_DATA, CLICKHOUSE_PORT, CLICKHOUSE_USERS. */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { Engine } from './engine.ts';
import { createClickHouseServer } from './server.ts';

const env = z
  .object({
    CLICKHOUSE_DATA: z.string().min(1).describe("folder of the engine's data"),
    CLICKHOUSE_PORT: z.coerce.number().int().positive().describe('port on the loopback'),
    CLICKHOUSE_USERS: z.string().min(1).describe('file with the passwords of writer and analyst'),
  })
  .parse(process.env);

const passwords = z
  .object({ writer: z.string(), analyst: z.string() })
  .parse(JSON.parse(readFileSync(env.CLICKHOUSE_USERS, 'utf8')));
const engine = new Engine(env.CLICKHOUSE_DATA);
const server = createClickHouseServer(engine, passwords);
server.listen(env.CLICKHOUSE_PORT, '127.0.0.1', () => console.log(`listening on 127.0.0.1:${env.CLICKHOUSE_PORT}`));

for (const signal of ['SIGTERM', 'SIGINT'] as const)
  process.once(signal, () => {
    server.close(() => {
      engine.close();
      process.exit(0);
    });
    server.closeIdleConnections();
    setTimeout(() => process.exit(0), 3_000).unref(); // a statement that still runs was not acknowledged
  });
