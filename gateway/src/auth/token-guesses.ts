import { LRUCache } from 'lru-cache';
import { TooManyRequestsError } from '../errors.ts';
import { askerOf } from './client-address.ts';

const MAX_WRONG = 100;
const WINDOW_MS = 60_000;

/**
 * Counts unknown tokens by address, in this gateway's memory. An address with too many is refused without a query to
 * Redis. Tokens that were valid within the last hour are still accepted, because people may share an address with an
 * attacker.
 */
export class TokenGuesses {
  readonly #wrong = new LRUCache<string, { count: number }>({ max: 50_000, ttl: WINDOW_MS });
  readonly #right = new LRUCache<string, true>({ max: 50_000, ttl: 60 * 60_000 });

  /** Throws TooManyRequestsError. */
  check(token: string, address: string): void {
    if ((this.#wrong.get(askerOf(address))?.count ?? 0) < MAX_WRONG || this.#right.has(token)) return;
    throw new TooManyRequestsError('too many wrong tokens came from your address: sign in, or wait a minute', 60);
  }

  isRight(token: string): void {
    this.#right.set(token, true);
  }

  isWrong(token: string, address: string): void {
    this.#right.delete(token);
    const asker = askerOf(address);
    const wrong = this.#wrong.get(asker);
    if (wrong === undefined) this.#wrong.set(asker, { count: 1 });
    else wrong.count++;
  }
}
