/**
 * The process that owns the embedded ClickHouse's data: CLICKHOUSE_HOME, CLICKHOUSE_PORT, CLICKHOUSE_WALL. Its standard
 * input has the SHA-256 of the users' passwords, as JSON: a statement that reads files could read an environment.
 */
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { ANALYST_DATABASE } from './analyst.ts';
import { Engine } from './engine.ts';
import { Judge } from './judge.ts';
import { createClickHouseServer } from './server.ts';
import { becomeUnprivileged } from './unprivileged.ts';

/** Three times the longest time that a statement of an analyst may take. */
const STUCK_MS = 3 * 30_000;

const env = z
  .object({
    CLICKHOUSE_HOME: z.string().min(1).describe("folder of the engine's data and configuration"),
    CLICKHOUSE_PORT: z.coerce.number().int().positive().describe('port on the loopback'),
    CLICKHOUSE_WALL: z.string().describe('a sentence about the second wall, for the log'),
    CLICKHOUSE_STUCK_MS: z.coerce.number().int().positive().default(STUCK_MS).describe('see endStuck'),
  })
  .parse(process.env);
const sha256 = z.hex().length(64);
const hashes = z.object({ writer: sha256, analyst: sha256 }).parse(JSON.parse(await text(process.stdin)));

console.log(env.CLICKHOUSE_WALL);
console.log(becomeUnprivileged(env.CLICKHOUSE_HOME));
const engine = new Engine(env.CLICKHOUSE_HOME);
await engine.text(`CREATE DATABASE IF NOT EXISTS ${ANALYST_DATABASE}`);
const server = await createClickHouseServer({
  engine,
  judge: await Judge.of(engine),
  hashes,
  stuck: { afterMs: env.CLICKHOUSE_STUCK_MS, end: endStuck },
});
server.listen(env.CLICKHOUSE_PORT, '127.0.0.1', () => console.log(`listening on 127.0.0.1:${env.CLICKHOUSE_PORT}`));

/**
 * Statements that cannot be ended hold all places of analysts. The supervisor starts the process again; sinks and gateway
 * try again meanwhile, and no acknowledged row is lost.
 */
function endStuck(): void {
  console.error('statements of analysts cannot be ended and hold all their places: the engine starts again');
  process.kill(process.pid, 'SIGKILL');
}

for (const signal of ['SIGTERM', 'SIGINT'] as const)
  process.once(signal, () => {
    server.close(() => {
      if (engine.busy) return; // closing would block this thread, and the timer below with it
      engine.close();
      process.exit(0);
    });
    server.closeIdleConnections();
    // Statements that still run were not acknowledged. An ordinary exit would wait for them without limit.
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), 3_000).unref();
  });
