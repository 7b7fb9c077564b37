import { createHash, createHmac, randomBytes } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { findLogin, hashPassword, type Vault, verifyPassword } from '@sightline/processors/control';
import type { ControlFold } from '@sightline/schemas/control';
import { LRUCache } from 'lru-cache';
import type { Viewer } from '../context.ts';
import { TooManyRequestsError } from '../errors.ts';
import { currentViewer } from '../queries/configuration.ts';
import type { Attempts } from './attempts.ts';
import type { EndReason } from './open-streams.ts';
import type { Session, Sessions } from './sessions.ts';

export const SESSION_COOKIE = 'sightline_session';

/** Parts of a request that identify its user. */
export interface Credentials {
  readonly cookie: string | undefined;
  readonly authorization: string | undefined;
  /** The client's address. */
  readonly address: string;
}

export interface Identity {
  readonly viewer: Viewer;
  /** cookie: the browser sends it automatically, so another site may have forged the request. */
  readonly by: 'cookie' | 'header';
}

/** The session of a viewer, and the token that opened it. */
interface Proof {
  readonly session: Session;
  /** Undefined: by login and password. */
  readonly token: string | undefined;
}

/** Identifies users by session cookie, by the same token as Bearer, or by login and password as HTTP Basic. */
export class Authentication {
  readonly #fold: ControlFold;
  readonly #vault: Vault;
  readonly #sessions: Sessions;
  readonly #attempts: Attempts;
  readonly #basicKey = randomBytes(32);
  /** Keeps the results of Basic checks for a minute, since a check takes 60 ms of processor time. */
  readonly #checked = new LRUCache<string, Promise<Session | undefined>>({ max: 1_000, ttl: 60_000 });
  readonly #proofs = new WeakMap<Viewer, Proof>();
  /** Checked instead of an unknown login's password, so that both take equally long. */
  readonly #nobody = hashPassword(randomBytes(16).toString('hex'));

  constructor(fold: ControlFold, vault: Vault, sessions: Sessions, attempts: Attempts) {
    this.#fold = fold;
    this.#vault = vault;
    this.#sessions = sessions;
    this.#attempts = attempts;
  }

  /** Opens a session; undefined: wrong login or password. Throws TooManyRequestsError. */
  async signIn(
    login: string,
    password: string,
    address: string,
  ): Promise<{ readonly token: string; readonly viewer: Viewer } | undefined> {
    const session = await this.#check(login, password, address);
    const viewer = session && this.#viewer(session);
    return session && viewer && { token: await this.#sessions.open(session), viewer };
  }

  async signOut(credentials: Credentials): Promise<void> {
    const token = bearerOf(credentials.authorization) ?? cookieOf(credentials.cookie);
    if (token !== undefined) await this.#sessions.close(token);
  }

  async identify({ cookie, authorization, address }: Credentials): Promise<Identity | undefined> {
    const bearer = bearerOf(authorization);
    if (bearer !== undefined) return this.#identity(await this.#sessions.find(bearer), 'header', bearer);
    const basic = basicOf(authorization);
    if (basic !== undefined) return this.#identity(await this.#checkOnce(basic, address), 'header');
    const token = cookieOf(cookie);
    return token === undefined ? undefined : this.#identity(await this.#sessions.find(token), 'cookie', token);
  }

  /** Finds viewers, from `identify`, whose streams must end, with the reason. Throws UnavailableError. */
  async findEnded(viewers: readonly Viewer[]): Promise<ReadonlyMap<Viewer, EndReason>> {
    const tokens = viewers.flatMap(viewer => this.#proofs.get(viewer)?.token ?? []);
    const ended = tokens.length === 0 ? new Set<string>() : await this.#sessions.ended([...new Set(tokens)]);
    const found = new Map<Viewer, EndReason>();
    for (const viewer of viewers) {
      const proof = this.#proofs.get(viewer);
      const now = proof && !ended.has(proof.token ?? '') ? this.#viewer(proof.session) : undefined;
      if (now === undefined) found.set(viewer, 'signed-out');
      else if (!isDeepStrictEqual(now, viewer)) found.set(viewer, 'rights-changed');
    }
    return found;
  }

  #identity(session: Session | undefined, by: Identity['by'], token?: string): Identity | undefined {
    const viewer = session && this.#viewer(session);
    if (session === undefined || viewer === undefined) return undefined;
    this.#proofs.set(viewer, { session, token });
    return { viewer, by };
  }

  /**
   * Called with every request. Reads role and grants from the control log and the password from the vault, so a user who
   * was shut out has no access at once.
   */
  #viewer(session: Session): Viewer | undefined {
    const login = findLogin(this.#vault, session.login);
    if (login === undefined || markOf(login.passwordHash) !== session.passwordMark) return undefined;
    return currentViewer(this.#fold, session);
  }

  /** Concurrent requests with the same credentials share one check. */
  #checkOnce(basic: { login: string; password: string }, address: string): Promise<Session | undefined> {
    const key = createHmac('sha256', this.#basicKey).update(JSON.stringify(basic)).digest('hex');
    const known = this.#checked.get(key);
    if (known !== undefined) return known;
    const checking = this.#check(basic.login, basic.password, address);
    this.#checked.set(key, checking);
    const forget = (): void => void this.#checked.delete(key);
    checking.then(session => session ?? forget(), forget);
    return checking;
  }

  async #check(login: string, password: string, address: string): Promise<Session | undefined> {
    const attempt = await this.#attempts.begin(address, login);
    if (attempt === undefined) throw new TooManyRequestsError('too many tries to sign in: wait a minute', 60);
    const found = findLogin(this.#vault, login);
    const right = await verifyPassword(password, found?.passwordHash ?? (await this.#nobody));
    if (!found || !right) return undefined;
    await attempt.forgive();
    return { userId: found.userId, login: found.login, passwordMark: markOf(found.passwordHash) };
  }
}

/** A hash that differs between passwords and reveals nothing about them. */
const markOf = (passwordHash: string): string =>
  createHash('sha256').update(passwordHash).digest('base64url').slice(0, 16);

const bearerOf = (authorization: string | undefined): string | undefined =>
  /^Bearer +([\w-]{20,200})$/i.exec(authorization ?? '')?.[1];

function basicOf(authorization: string | undefined): { login: string; password: string } | undefined {
  const [, encoded] = /^Basic +([\w+/=-]+)$/i.exec(authorization ?? '') ?? [];
  const [, login, password] = /^([^:]*):(.*)$/s.exec(Buffer.from(encoded ?? '', 'base64').toString('utf8')) ?? [];
  return login === undefined || password === undefined ? undefined : { login, password };
}

function cookieOf(cookie: string | undefined): string | undefined {
  const pairs = (cookie ?? '').split(';').map(pair => pair.trim().split('='));
  return pairs.find(([name]) => name === SESSION_COOKIE)?.[1];
}
