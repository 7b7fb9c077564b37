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
    const answers = await reached(
      this.#redis
        .multi()
        .zremrangebyscore(ofUser, 0, nowMs - UNUSED_MS)
        .zcard(ofUser)
        .exec(),
    );
    if (Number(answers?.[1]?.[1] ?? 0) >= MAX_OF_USER)
      throw new TooManyRequestsError(`you created ${MAX_OF_USER} sessions in ten minutes: delete those you left`, 60);
    const session = { sessionId, userId, cameraIds: [...cameraIds], state: 'created', createdAtMs: nowMs } as const;
    await reached(
      this.#redis
        .multi()
        .set(this.#key(sessionId), JSON.stringify(session), 'PX', UNUSED_MS)
        .zadd(ofUser, nowMs, sessionId)
        .pexpire(ofUser, UNUSED_MS)
        .exec(),
    );
    return session;
  }

  /** The user's session; undefined: there is none, it ended, or it is another user's. */
  async find(userId: string, sessionId: string): Promise<CameraSession | undefined> {
    return own(userId, await reached(this.#redis.get(this.#key(sessionId))));
  }

  /** The same, kept alive by its open socket. */
  async use(userId: string, sessionId: string): Promise<CameraSession | undefined> {
    return own(userId, await reached(this.#redis.getex(this.#key(sessionId), 'PX', LOST_MS)));
  }

  /** Writes the new state, unless the session ended meanwhile. */
  async become(session: CameraSession, state: CameraSession['state']): Promise<CameraSession | undefined> {
    const changed = { ...session, state };
    const text = JSON.stringify(changed);
    const done = await reached(this.#redis.set(this.#key(session.sessionId), text, 'PX', UNUSED_MS, 'XX'));
    return done === null ? undefined : changed;
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
