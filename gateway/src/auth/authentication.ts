import { createHash, createHmac, randomBytes } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import {
  findLogin,
  hashPassword,
  type PasswordChecks,
  PasswordChecksBusyError,
  type Vault,
} from '@sightline/processors/control';
import type { ControlFold } from '@sightline/schemas/control';
import { LRUCache } from 'lru-cache';
import { TooManyRequestsError, UnavailableError } from '../errors.ts';
import type { Attempts } from './attempts.ts';
import { askerOf } from './client-address.ts';
import { DEVICE_COOKIE, type Devices } from './device.ts';
import type { EndReason } from './open-streams.ts';
import type { Session, Sessions } from './sessions.ts';
import { TokenGuesses } from './token-guesses.ts';
import type { Viewer } from './viewer.ts';
import { currentViewer } from './viewer.ts';

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

export interface AuthenticationParts {
  readonly fold: ControlFold;
  readonly vault: Vault;
  readonly sessions: Sessions;
  readonly attempts: Attempts;
  readonly passwordChecks: PasswordChecks;
  readonly devices: Devices;
}

export interface SignedIn {
  readonly token: string;
  readonly viewer: Viewer;
  /** Value of the device cookie; undefined: the browser has one for this login. */
  readonly device: string | undefined;
}

/** Identifies users by session cookie, by the same token as Bearer, or by login and password as HTTP Basic. */
export class Authentication {
  readonly #parts: AuthenticationParts;
  readonly #guesses = new TokenGuesses();
  readonly #basicKey = randomBytes(32);
  /** Keeps the results of Basic checks for a minute, since a check takes 60 ms of processor time. */
  readonly #checked = new LRUCache<string, Promise<Session | undefined>>({ max: 1_000, ttl: 60_000 });
  readonly #proofs = new WeakMap<Viewer, Proof>();
  /** Checked in place of an unknown login's password, so that both take equally long. */
  readonly #nobody = hashPassword(randomBytes(16).toString('hex'));

  constructor(parts: AuthenticationParts) {
    this.#parts = parts;
  }

  /** Opens a session; undefined: wrong login or password. Throws TooManyRequestsError, UnavailableError. */
  async signIn(login: string, password: string, { cookie, address }: Credentials): Promise<SignedIn | undefined> {
    const { devices, sessions } = this.#parts;
    const device = devices.find(cookieOf(cookie, DEVICE_COOKIE), login);
    const session = await this.#check(login, password, address, device);
    const viewer = session && this.#viewer(session);
    if (session === undefined || viewer === undefined) return undefined;
    const token = await sessions.open(session);
    this.#guesses.isRight(token);
    return { token, viewer, device: device === undefined ? devices.issue(login) : undefined };
  }

  async signOut(credentials: Credentials): Promise<void> {
    const token = bearerOf(credentials.authorization) ?? tokenOf(credentials.cookie);
    if (token !== undefined) await this.#parts.sessions.close(token);
  }

  async identify({ cookie, authorization, address }: Credentials): Promise<Identity | undefined> {
    const bearer = bearerOf(authorization);
    if (bearer !== undefined) return this.#identity(await this.#session(bearer, address), 'header', bearer);
    const basic = basicOf(authorization);
    if (basic !== undefined) return this.#identity(await this.#checkOnce(basic, address), 'header');
    const token = tokenOf(cookie);
    return token === undefined ? undefined : this.#identity(await this.#session(token, address), 'cookie', token);
  }

  async #session(token: string, address: string): Promise<Session | undefined> {
    this.#guesses.check(token, address);
    const session = await this.#parts.sessions.find(token);
    if (session === undefined) this.#guesses.isWrong(token, address);
    else this.#guesses.isRight(token);
    return session;
  }

  /** Finds viewers, from `identify`, whose streams must end, with the reason. Throws UnavailableError. */
  async findEnded(viewers: readonly Viewer[]): Promise<ReadonlyMap<Viewer, EndReason>> {
    const tokens = viewers.flatMap(viewer => this.#proofs.get(viewer)?.token ?? []);
    const ended = tokens.length === 0 ? new Set<string>() : await this.#parts.sessions.ended([...new Set(tokens)]);
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
   * Called for every request. Reads role and grants from the control log and the password from the vault, so a removed
   * user loses access at once.
   */
  #viewer(session: Session): Viewer | undefined {
    const login = findLogin(this.#parts.vault, session.login);
    if (login === undefined || markOf(login.passwordHash) !== session.passwordMark) return undefined;
    return currentViewer(this.#parts.fold, session);
  }

  /** Concurrent requests with the same credentials share one check. */
  #checkOnce(basic: { login: string; password: string }, address: string): Promise<Session | undefined> {
    const key = createHmac('sha256', this.#basicKey).update(JSON.stringify(basic)).digest('hex');
    const known = this.#checked.get(key);
    if (known !== undefined) return known;
    const checking = this.#check(basic.login, basic.password, address, undefined);
    this.#checked.set(key, checking);
    const forget = (): void => void this.#checked.delete(key);
    checking.then(session => session ?? forget(), forget);
    return checking;
  }

  async #check(
    login: string,
    password: string,
    address: string,
    device: string | undefined,
  ): Promise<Session | undefined> {
    const { attempts, passwordChecks, vault } = this.#parts;
    const attempt = await attempts.begin({ address, login, device });
    const found = findLogin(vault, login);
    const hash = found?.passwordHash ?? (await this.#nobody);
    const right = await passwordChecks.check(password, hash, askerOf(address)).catch(async (error: unknown) => {
      await attempt.takeBack();
      throw error instanceof PasswordChecksBusyError ? busy(error) : error;
    });
    if (!found || !right) return undefined;
    await attempt.right();
    return { userId: found.userId, login: found.login, passwordMark: markOf(found.passwordHash) };
  }
}

/** A hash that differs between passwords and reveals nothing about them. */
const markOf = (passwordHash: string): string =>
  createHash('sha256').update(passwordHash).digest('base64url').slice(0, 16);

const BUSY_SECONDS = 2;

const busy = ({ whose }: PasswordChecksBusyError): Error =>
  whose === 'asker'
    ? new TooManyRequestsError('too many people sign in from your address at once: try again in a moment', BUSY_SECONDS)
    : new UnavailableError('too many people sign in at once: try again in a moment', {
        retryAfterSeconds: BUSY_SECONDS,
      });

const bearerOf = (authorization: string | undefined): string | undefined =>
  /^Bearer +([\w-]{20,200})$/i.exec(authorization ?? '')?.[1];

function basicOf(authorization: string | undefined): { login: string; password: string } | undefined {
  const [, encoded] = /^Basic +([\w+/=-]+)$/i.exec(authorization ?? '') ?? [];
  const [, login, password] = /^([^:]*):(.*)$/s.exec(Buffer.from(encoded ?? '', 'base64').toString('utf8')) ?? [];
  return login === undefined || password === undefined ? undefined : { login, password };
}

const tokenOf = (cookie: string | undefined): string | undefined =>
  /^[\w-]{20,200}$/.exec(cookieOf(cookie, SESSION_COOKIE) ?? '')?.[0];

function cookieOf(cookie: string | undefined, name: string): string | undefined {
  const pairs = (cookie ?? '').split(';').map(pair => pair.trim().split('='));
  return pairs.find(([found]) => found === name)?.[1];
}
