import { createHash } from 'node:crypto';
import type { Redis } from 'ioredis';
import { RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import { TooManyRequestsError } from '../errors.ts';
import { askerOf } from './client-address.ts';
import { accountOf } from './device.ts';
import { reached } from './sessions.ts';

/** An attempt to sign in. */
export interface Try {
  readonly address: string;
  readonly login: string;
  /** Set when the browser signed in to this login before. */
  readonly device: string | undefined;
}

/** An attempt that was counted. */
export interface Begun {
  /** For an attempt whose password was not checked: it no longer counts. */
  takeBack(): Promise<void>;
  /** For a right password: the attempt no longer counts, and the place counts as known from now on. */
  right(): Promise<void>;
}

/** The number of wrong attempts accepted, and the seconds for which they count from the first one on. */
export const LIMITS = {
  /** At one login, from one address or device. */
  place: { points: 10, duration: 60 },
  /** From one address, at all logins. */
  address: { points: 50, duration: 900 },
  /** At one login, from all addresses together. */
  account: { points: 100, duration: 3600 },
} as const;

type LimitName = keyof typeof LIMITS;

const KNOWN_SECONDS = 30 * 24 * 3600;

/**
 * Counts wrong attempts to sign in, in Redis, for all gateways together. A refused attempt does not count and does not
 * prolong the wait. When many addresses guess one login, only places new to it are refused; a device or address that
 * signed in before is accepted. Without Redis every attempt gets UnavailableError (503), because it must be counted
 * before its password is hashed.
 */
export class Attempts {
  readonly #redis: Redis;
  readonly #prefix: string;
  readonly #limiters: Readonly<Record<LimitName, RateLimiterRedis>>;

  constructor(redis: Redis, prefix: string) {
    this.#redis = redis;
    this.#prefix = `${prefix}sign-in`;
    const limiter = (name: LimitName): RateLimiterRedis =>
      new RateLimiterRedis({ storeClient: redis, keyPrefix: `${this.#prefix}:${name}`, ...LIMITS[name] });
    this.#limiters = { place: limiter('place'), address: limiter('address'), account: limiter('account') };
  }

  /** Counts one attempt. Throws TooManyRequestsError; then the attempt does not count. */
  async begin(attempt: Try): Promise<Begun> {
    const { place, address, account } = keysOf(attempt);
    const counted: (() => Promise<unknown>)[] = [];
    const takeBack = async (): Promise<void> => {
      await reached(Promise.all(counted.map(reward => reward())));
    };
    const count = async (name: LimitName, key: string, excused = async () => false): Promise<void> => {
      counted.push(() => this.#limiters[name].reward(key));
      const waitMs = await this.#consume(name, key);
      if (waitMs === undefined || (await excused())) return;
      await takeBack();
      throw tooMany(waitMs);
    };
    await count('place', place);
    if (attempt.device === undefined) {
      const isKnown = (): Promise<boolean> => this.#isKnown(place);
      await count('address', address, isKnown);
      await count('account', account, isKnown);
    }
    return {
      takeBack,
      right: async () => {
        await takeBack();
        if (attempt.device === undefined) await reached(this.#redis.set(this.#knownKey(place), 1, 'EX', KNOWN_SECONDS));
      },
    };
  }

  /** Counts one attempt. Returns the ms to wait when there are too many. */
  async #consume(name: LimitName, key: string): Promise<number | undefined> {
    try {
      await this.#limiters[name].consume(key);
      return undefined;
    } catch (error) {
      return error instanceof RateLimiterRes ? error.msBeforeNext : reached(Promise.reject(error));
    }
  }

  async #isKnown(place: string): Promise<boolean> {
    return (await reached(this.#redis.exists(this.#knownKey(place)))) === 1;
  }

  #knownKey(place: string): string {
    return `${this.#prefix}:known:${place}`;
  }
}

function tooMany(waitMs: number): TooManyRequestsError {
  const seconds = Math.max(1, Math.ceil(waitMs / 1_000));
  return new TooManyRequestsError(`too many attempts to sign in: try again in ${seconds} s`, seconds);
}

/** Hashed, because a login may be any text, and a reader of Redis need not see it. */
function keysOf({ address, login, device }: Try) {
  const asker = askerOf(address);
  const account = createHash('sha256').update(accountOf(login)).digest('base64url').slice(0, 22);
  return { address: asker, account, place: `${account}:${device ?? asker}` };
}
