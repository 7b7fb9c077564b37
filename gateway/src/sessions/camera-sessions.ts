import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { z } from 'zod';
import { reached } from '../auth/sessions.ts';
import { TooManyRequestsError } from '../errors.ts';

/** How long a session lasts that nobody uses. */
const UNUSED_MS = 10 * 60_000;
/** How long it lasts after its socket closed without a word. */
const LOST_MS = 10_000;
const MAX_OF_USER = 100;

/**
 * Keeps a started session alive. KEYS: the session, and the user's sessions, by the time at which each ends. ARGV: the
 * session's id, how long it lasts, its new end, how long the list lasts.
 */
const USE = `
local session = redis.call('get', KEYS[1])
if not session or cjson.decode(session).state ~= 'started' then return session end
redis.call('pexpire', KEYS[1], ARGV[2])
redis.call('zadd', KEYS[2], ARGV[3], ARGV[1])
redis.call('pexpire', KEYS[2], ARGV[4])
return session`;

const CameraSession = z.object({
  sessionId: z.string(),
  userId: z.string(),
  cameraIds: z.array(z.string()).readonly(),
  state: z.enum(['created', 'started', 'stopped']),
  createdAtMs: z.number(),
});

/** Cameras that a client watches, or sends pictures of, by one socket. */
export type CameraSession = Readonly<z.infer<typeof CameraSession>>;

/** Camera sessions in Redis, for all gateways. A session that nobody uses ends by itself. */
export class CameraSessions {
  readonly #redis: Redis;
  readonly #prefix: string;

  constructor(redis: Redis, prefix: string) {
    this.#redis = redis;
    this.#prefix = prefix;
  }

  /** Throws TooManyRequestsError. */
  async create(userId: string, cameraIds: readonly string[], nowMs: number): Promise<CameraSession> {
    const ofUser = this.#ofUser(userId);
    const sessionId = randomUUID();
    const answers = await reached(this.#redis.multi().zremrangebyscore(ofUser, 0, nowMs).zcard(ofUser).exec());
    if (Number(answers?.[1]?.[1] ?? 0) >= MAX_OF_USER)
      throw new TooManyRequestsError(
        `you have ${MAX_OF_USER} sessions: delete those that you no longer use, or wait until they end`,
        60,
      );
    const session = { sessionId, userId, cameraIds: [...cameraIds], state: 'created', createdAtMs: nowMs } as const;
    await reached(
      this.#redis
        .multi()
        .set(this.#key(sessionId), JSON.stringify(session), 'PX', UNUSED_MS)
        .zadd(ofUser, nowMs + UNUSED_MS, sessionId)
        .pexpire(ofUser, UNUSED_MS)
        .exec(),
    );
    return session;
  }

  /** The user's session; undefined: there is none, it ended, or it is another user's. */
  async find(userId: string, sessionId: string): Promise<CameraSession | undefined> {
    return own(userId, await reached(this.#redis.get(this.#key(sessionId))));
  }

  /** The same. One that is started is kept alive by its open socket, until it is lost. */
  async use(userId: string, sessionId: string, nowMs: number): Promise<CameraSession | undefined> {
    const keys = [this.#key(sessionId), this.#ofUser(userId)] as const;
    const found = await reached(this.#redis.eval(USE, 2, ...keys, sessionId, LOST_MS, nowMs + LOST_MS, UNUSED_MS));
    return own(userId, typeof found === 'string' ? found : null);
  }

  /** Writes the new state, unless the session ended meanwhile. */
  async become(
    session: CameraSession,
    state: CameraSession['state'],
    nowMs: number,
  ): Promise<CameraSession | undefined> {
    const { sessionId, userId } = session;
    const changed = { ...session, state };
    const written = this.#redis
      .multi()
      .set(this.#key(sessionId), JSON.stringify(changed), 'PX', UNUSED_MS, 'XX')
      .zadd(this.#ofUser(userId), nowMs + UNUSED_MS, sessionId)
      .pexpire(this.#ofUser(userId), UNUSED_MS)
      .exec();
    return (await reached(written))?.[0]?.[1] === null ? undefined : changed;
  }

  async remove({ sessionId, userId }: CameraSession): Promise<void> {
    await reached(this.#redis.multi().del(this.#key(sessionId)).zrem(this.#ofUser(userId), sessionId).exec());
  }

  #key(sessionId: string): string {
    return `${this.#prefix}camera-session:${sessionId}`;
  }

  #ofUser(userId: string): string {
    return `${this.#prefix}camera-sessions:${userId}`;
  }
}

function own(userId: string, text: string | null): CameraSession | undefined {
  const session = text === null ? undefined : CameraSession.safeParse(JSON.parse(text)).data;
  return session?.userId === userId ? session : undefined;
}
