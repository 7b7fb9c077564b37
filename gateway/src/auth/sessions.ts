import { createHash, randomBytes } from 'node:crypto';
import type { Redis } from 'ioredis';
import { z } from 'zod';
import { UnavailableError } from '../errors.ts';

/** `passwordMark`: of the password that opened it; another password ends it. */
const Session = z.object({ userId: z.string(), login: z.string(), passwordMark: z.string() });
export type Session = z.infer<typeof Session>;

/** Without use for this long, it ends. */
export const SESSION_SECONDS = 12 * 3600;

/** Who is signed in, in Redis by the hash of an opaque token: whoever reads Redis cannot sign in with it. */
export class Sessions {
  readonly #redis: Redis;
  readonly #prefix: string;

  constructor(redis: Redis, prefix: string) {
    this.#redis = redis;
    this.#prefix = prefix;
  }

  /** Returns the token, 43 characters. */
  async open(session: Session): Promise<string> {
    const token = randomBytes(32).toString('base64url');
    await reached(this.#redis.set(this.#key(token), JSON.stringify(session), 'EX', SESSION_SECONDS));
    return token;
  }

  /** The session of a token, and moves its end; undefined: there is none. */
  async find(token: string): Promise<Session | undefined> {
    const text = await reached(this.#redis.getex(this.#key(token), 'EX', SESSION_SECONDS));
    return text === null ? undefined : Session.safeParse(JSON.parse(text)).data;
  }

  /** Of these tokens, those without a session; moves the end of the others: an open stream is use. */
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

/** Redis' answer, or an error for the client when it is not reached. */
export async function reached<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (cause) {
    throw new UnavailableError('the session store is not reached: try again in a moment', { cause });
  }
}
