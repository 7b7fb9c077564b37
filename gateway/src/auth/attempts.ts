import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { reached } from './sessions.ts';

const WINDOW_MS = 60_000;
const MAX_ATTEMPTS = 10;

/** Counts failed attempts to sign in over the last minute, in Redis, for all gateways together. */
export class Attempts {
  readonly #redis: Redis;
  readonly #prefix: string;

  constructor(redis: Redis, prefix: string) {
    this.#redis = redis;
    this.#prefix = prefix;
  }

  /** Counts one attempt. Undefined: there were too many in the last minute. `forgive` removes the attempt again. */
  async begin(address: string, login: string): Promise<{ forgive(): Promise<void> } | undefined> {
    const key = `${this.#prefix}sign-in:${address}:${login.trim().toLowerCase().slice(0, 200)}`;
    const attempt = randomUUID();
    const nowMs = Date.now();
    const answers = await reached(
      this.#redis
        .multi()
        .zremrangebyscore(key, 0, nowMs - WINDOW_MS)
        .zadd(key, nowMs, attempt)
        .zcard(key)
        .pexpire(key, WINDOW_MS)
        .exec(),
    );
    if (Number(answers?.[2]?.[1] ?? 0) > MAX_ATTEMPTS) return undefined;
    return {
      forgive: async () => {
        await reached(this.#redis.zrem(key, attempt));
      },
    };
  }
}
