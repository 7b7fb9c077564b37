import type { Redis } from 'ioredis';

const LEASE_MS = 10_000;
const RENEW_MS = 3_000;

/**
 * Publishes which cameras are watched, by their pictures or by their video: a sorted set in Redis of camera ids by the end of their lease. All gateways
 * write to it. A lease that is not renewed ends by itself.
 */
export class WatchLeases {
  readonly #redis: Redis;
  readonly #key: string;
  readonly #watched: () => Iterable<string>;
  readonly #renewing: NodeJS.Timeout;

  /** `key`: of the sorted set. `watched`: returns the cameras that are watched through this gateway. */
  constructor(redis: Redis, key: string, watched: () => Iterable<string>) {
    this.#redis = redis;
    this.#key = key;
    this.#watched = watched;
    this.#renewing = setInterval(() => this.renew(), RENEW_MS);
  }

  /** Renews all leases now. Without Redis the next turn tries again. */
  renew(): void {
    const cameraIds = [...this.#watched()];
    if (cameraIds.length === 0) return;
    const nowMs = Date.now();
    const leases = cameraIds.flatMap(cameraId => [nowMs + LEASE_MS, cameraId]);
    this.#redis
      .multi()
      .zremrangebyscore(this.#key, 0, nowMs)
      .zadd(this.#key, ...leases)
      .pexpire(this.#key, LEASE_MS)
      .publish(this.#key, String(cameraIds.length))
      .exec()
      .catch(() => {}); // the health page shows that Redis is away
  }

  close(): void {
    clearInterval(this.#renewing);
  }
}
