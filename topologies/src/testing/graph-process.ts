import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { testCellEnv } from '@sightline/processors/process';

/** The graph `violations` as a process of its own, on a test's cell. */
export class GraphProcess {
  readonly #env: ReturnType<typeof testCellEnv>;
  #running: ChildProcess | undefined;

  constructor(env: ReturnType<typeof testCellEnv>) {
    this.#env = env;
  }

  start(): void {
    const { KAFKA_BROKERS, SCHEMA_REGISTRY_URL, NAME_PREFIX } = this.#env;
    const settings = { KAFKA_BROKERS, SCHEMA_REGISTRY_URL, NAME_PREFIX, LOG_LEVEL: 'fatal', GROUP_INSTANCE_ID: 'one' };
    this.#running = spawn(process.execPath, [join(import.meta.dirname, '../main.ts'), 'violations'], {
      env: { ...process.env, ...settings },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  }

  async stop(): Promise<void> {
    this.#running?.kill('SIGTERM');
    if (this.#running !== undefined && this.#running.exitCode === null) await once(this.#running, 'exit');
    this.#running = undefined;
  }
}
