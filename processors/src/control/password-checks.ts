import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { type Pool, pool } from 'workerpool';

/** Too many checks wait already. */
export class PasswordChecksBusyError extends Error {
  readonly code = 'PASSWORD_CHECKS_BUSY';
  readonly retriable = true;
  /** `asker`: this asker's own checks fill its share. `all`: everyone's together fill the queue. */
  readonly whose: 'asker' | 'all';

  constructor(whose: 'asker' | 'all') {
    super(`too many password checks wait (${whose})`);
    this.whose = whose;
  }
}

export interface PasswordChecksOptions {
  readonly threads?: number;
  /** Checks at once, those that wait included. */
  readonly max?: number;
  /** Of those, how many one asker may have. */
  readonly maxPerAsker?: number;
}

/**
 * Checks passwords on threads of their own: neither the event loop nor Node's thread pool, which reads files and
 * resolves names, waits for scrypt. The number of checks at once is bounded, in all and per asker.
 */
export class PasswordChecks {
  readonly #pool: Pool;
  readonly #max: number;
  readonly #maxPerAsker: number;
  readonly #ofAsker = new Map<string, number>();
  #running = 0;

  constructor({ threads = defaultThreads(), max = 32, maxPerAsker = 8 }: PasswordChecksOptions = {}) {
    this.#pool = pool(fileURLToPath(new URL('./password-worker.ts', import.meta.url)), {
      workerType: 'thread',
      maxWorkers: threads,
      workerThreadOpts: { env: {} },
    });
    this.#max = max;
    this.#maxPerAsker = maxPerAsker;
  }

  /** Checks at once now, those that wait included. */
  get running(): number {
    return this.#running;
  }

  /** True when the password is the one that was hashed. Throws PasswordChecksBusyError without any work done. */
  async check(password: string, hashed: string, asker: string): Promise<boolean> {
    const own = this.#ofAsker.get(asker) ?? 0;
    if (own >= this.#maxPerAsker) throw new PasswordChecksBusyError('asker');
    if (this.#running >= this.#max) throw new PasswordChecksBusyError('all');
    this.#running++;
    this.#ofAsker.set(asker, own + 1);
    try {
      return (await this.#pool.exec('isPassword', [password, hashed])) === true;
    } finally {
      this.#running--;
      const left = (this.#ofAsker.get(asker) ?? 1) - 1;
      if (left > 0) this.#ofAsker.set(asker, left);
      else this.#ofAsker.delete(asker);
    }
  }

  async close(): Promise<void> {
    await this.#pool.terminate(true);
  }
}

/** Leaves one core free for everything else when there are several. */
const defaultThreads = (): number => Math.max(1, Math.min(4, availableParallelism() - 1));
