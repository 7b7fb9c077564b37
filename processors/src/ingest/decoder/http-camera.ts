import { createHash, randomBytes } from 'node:crypto';
import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { UnsupportedVideoError } from './open-video.ts';

const REDIRECTS_AT_MOST = 5;
const UNAUTHORIZED = 401;

/** The camera answers with this status instead of pictures. */
export class HttpStatusError extends Error {
  readonly code = 'CAMERA_HTTP_STATUS';
  readonly retriable = true;
  readonly status: number;

  constructor(status: number) {
    super(`HTTP status ${status}`);
    this.status = status;
  }
}

/**
 * Asks a camera for its pictures: follows redirects, and gives the address's login when asked for it. A login goes to the
 * address's own host only. Throws HttpStatusError, UnsupportedVideoError or an error of the connection. Certificates are
 * not verified, as cameras sign their own.
 */
export async function askCamera(url: string, signal: AbortSignal): Promise<IncomingMessage> {
  const first = new URL(url);
  let address = first;
  let authorization: string | undefined;
  for (let redirects = 0; redirects <= REDIRECTS_AT_MOST; ) {
    const response = await ask(address, authorization, signal);
    const { statusCode: status = 0, headers } = response;
    if (status === 200) return response;
    response.destroy();
    const challenge = headers['www-authenticate'];
    if (status === UNAUTHORIZED && challenge && !authorization && first.username && address.host === first.host) {
      authorization = authorize(challenge, first, address);
      continue;
    }
    if (status < 300 || status >= 400 || headers.location === undefined) throw new HttpStatusError(status);
    address = new URL(headers.location, address);
    if (!/^https?:$/.test(address.protocol))
      throw new UnsupportedVideoError(`it sends on to an address of ${address.protocol}: use that address`);
    authorization = undefined;
    redirects++;
  }
  throw new UnsupportedVideoError('it sends on from address to address without end: use the last address');
}

function ask(address: URL, authorization: string | undefined, signal: AbortSignal): Promise<IncomingMessage> {
  // Some cameras know these names in this case only.
  const headers = {
    Accept: '*/*',
    'User-Agent': 'Sightline',
    ...(authorization !== undefined && { Authorization: authorization }),
  };
  const { protocol, hostname, port, pathname, search } = address;
  // An address with brackets is one of IPv6.
  const target = { hostname: hostname.replace(/^\[|\]$/g, ''), port, path: pathname + search };
  return new Promise((resolve, reject) => {
    const options = { ...target, headers, signal, agent: false, rejectUnauthorized: false };
    const request = protocol === 'https:' ? requestHttps(options, resolve) : requestHttp(options, resolve);
    request.on('error', reject);
    request.end();
  });
}

/** The header with the login of `login`: Digest (RFC 7616) where it is offered, else Basic (RFC 7617). */
function authorize(challenge: string, login: URL, address: URL): string {
  const user = decodeURIComponent(login.username);
  const password = decodeURIComponent(login.password);
  const digest = /\bdigest\b(?<fields>.*)/is.exec(challenge)?.groups?.fields;
  if (digest === undefined) return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  const field = (name: string): string | undefined =>
    new RegExp(`\\b${name}\\s*=\\s*(?:"([^"]*)"|([^\\s,"]+))`, 'i').exec(digest)?.slice(1).find(Boolean);
  const algorithm = field('algorithm');
  const hash = (text: string): string =>
    createHash(/^sha-?256/i.test(algorithm ?? '') ? 'sha256' : 'md5')
      .update(text)
      .digest('hex');
  const [realm = '', nonce = '', opaque] = [field('realm'), field('nonce'), field('opaque')];
  const uri = address.pathname + address.search;
  const cnonce = randomBytes(8).toString('hex');
  const isSession = /-sess$/i.test(algorithm ?? '');
  const secret = hash(`${user}:${realm}:${password}`);
  const a1 = isSession ? hash(`${secret}:${nonce}:${cnonce}`) : secret;
  const isQop = /\bqop\b/i.test(digest);
  const a2 = hash(`GET:${uri}`);
  const response = hash(isQop ? `${a1}:${nonce}:00000001:${cnonce}:auth:${a2}` : `${a1}:${nonce}:${a2}`);
  return [
    `Digest username="${user.replace(/["\\]/g, '\\$&')}", realm="${realm}", nonce="${nonce}", uri="${uri}", response="${response}"`,
    ...(algorithm === undefined ? [] : [`algorithm=${algorithm}`]),
    ...(opaque === undefined ? [] : [`opaque="${opaque}"`]),
    ...(isQop ? [`qop=auth, nc=00000001, cnonce="${cnonce}"`] : []),
  ].join(', ');
}
