import { createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';

export const DEVICE_COOKIE = 'sightline_device';
export const DEVICE_SECONDS = 365 * 24 * 3600;

/**
 * Device cookies (OWASP). A browser that signed in to a login before proves it with its cookie. Its tries are counted
 * separately, so strangers who guess from the same address or at the same login cannot lock it out.
 */
export class Devices {
  readonly #key: Buffer;

  /** `secret`: the installation's, so that all its gateways accept the same cookies. */
  constructor(secret: Buffer) {
    this.#key = Buffer.from(hkdfSync('sha256', secret, '', 'sightline device cookies', 32));
  }

  /** Cookie for a browser that has just signed in. */
  issue(login: string): string {
    const id = randomBytes(16).toString('base64url');
    return `${id}.${this.#proof(id, login).toString('base64url')}`;
  }

  /** The device's id, when this cookie was issued for this login. */
  find(cookie: string | undefined, login: string): string | undefined {
    const [, id, proof] = /^([\w-]{22})\.([\w-]{43})$/.exec(cookie ?? '') ?? [];
    if (id === undefined || proof === undefined) return undefined;
    return timingSafeEqual(Buffer.from(proof, 'base64url'), this.#proof(id, login)) ? id : undefined;
  }

  #proof(id: string, login: string): Buffer {
    return createHmac('sha256', this.#key)
      .update(`${id} ${accountOf(login)}`)
      .digest();
  }
}

/** One account, in whatever form its login is typed. */
export const accountOf = (login: string): string => login.trim().toLowerCase();
