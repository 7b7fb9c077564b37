import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { testCellEnv } from '@sightline/processors/process';

/** The graph `violations` as a process of its own, on a test's cell. */
export class GraphProcess {
  readonly #env: ReturnType<typeof testCellEnv>;
  #running: ChildProcess | undefined;
  #said = '';

  constructor(env: ReturnType<typeof testCellEnv>) {
    this.#env = env;
  }

  /** `more` is added to its environment. */
  start(more: Readonly<Record<string, string>> = {}): void {
    const { KAFKA_BROKERS, SCHEMA_REGISTRY_URL, NAME_PREFIX } = this.#env;
    const settings = {
      KAFKA_BROKERS,
      SCHEMA_REGISTRY_URL,
      NAME_PREFIX,
      LOG_LEVEL: 'fatal',
      GROUP_INSTANCE_ID: 'one',
      ...more,
    };
    this.#running = spawn(process.execPath, [join(import.meta.dirname, '../main.ts'), 'violations'], {
      env: { ...process.env, ...settings },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.#running.stdout?.on('data', (bytes: Buffer) => {
      this.#said += bytes.toString('utf8');
    });
  }

  /** Its lines since the first start. */
  get said(): string {
    return this.#said;
  }

  /** Its exit status; null while it runs. */
  get status(): number | null {
    return this.#running?.exitCode ?? null;
  }

  async stop(): Promise<void> {
    this.#running?.kill('SIGTERM');
    if (this.#running !== undefined && this.#running.exitCode === null) await once(this.#running, 'exit');
    this.#running = undefined;
  }
}
