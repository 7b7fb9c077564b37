import { createHash, randomBytes } from 'node:crypto';
import type { Redis } from 'ioredis';
import { z } from 'zod';
import { UnavailableError } from '../errors.ts';

/** `passwordMark`: hash of the password at sign-in. Another password ends the session. */
const Session = z.object({ userId: z.string(), login: z.string(), passwordMark: z.string() });
export type Session = z.infer<typeof Session>;

/** A session ends after this time without use. */
export const SESSION_SECONDS = 12 * 3600;

/** Sessions in Redis, by the hash of an opaque token. Nobody can sign in with the hashes. */
export class Sessions {
  readonly #redis: Redis;
  readonly #prefix: string;

  constructor(redis: Redis, prefix: string) {
    this.#redis = redis;
    this.#prefix = prefix;
  }

  /** Opens a session and returns its token of 43 characters. */
  async open(session: Session): Promise<string> {
    const token = randomBytes(32).toString('base64url');
    await reached(this.#redis.set(this.#key(token), JSON.stringify(session), 'EX', SESSION_SECONDS));
    return token;
  }

  /** Finds the session of a token and prolongs it; undefined: there is none. */
  async find(token: string): Promise<Session | undefined> {
    const text = await reached(this.#redis.getex(this.#key(token), 'EX', SESSION_SECONDS));
    return text === null ? undefined : Session.safeParse(JSON.parse(text)).data;
  }

  /** Returns the tokens without a session. Prolongs the sessions of the others, since an open stream counts as use. */
  async ended(tokens: readonly string[]): Promise<ReadonlySet<string>> {
    const asking = this.#redis.pipeline();
    for (const token of tokens) asking.expire(this.#key(token), SESSION_SECONDS);
    const answers = (await reached(asking.exec())) ?? [];
    const failure = answers.find(([error]) => error !== null)?.[0];
    if (failure) throw failure;
    return new Set(tokens.filter((_, index) => answers[index]?.[1] === 0));
  }

  async close(token: string): Promise<void> {
    await reached(this.#redis.del(this.#key(token)));
  }

  #key(token: string): string {
    return `${this.#prefix}session:${createHash('sha256').update(token).digest('hex')}`;
  }
}

/** Resolves with Redis' answer; rejects with UnavailableError when Redis cannot be reached. */
export async function reached<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (cause) {
    throw new UnavailableError('the session store cannot be reached: try again in a moment', { cause });
  }
}
