import type { CameraLogin } from '@sightline/processors/control';
import { WEBCAM_URL } from '@sightline/schemas';

/** The parts of an address that a person pasted. */
export interface CameraAddress {
  /** Without login. */
  readonly url: string;
  readonly login: CameraLogin | undefined;
}

const SCHEMES = ['rtsp', 'rtsps', 'http', 'https'];
const HOST = /^(\[[0-9a-f:.]+\]|[^\s:/?#@[\]\\]+)(:\d{1,5})?([/?#]|$)/i;
const MOST_CHARACTERS = 2_000;

/**
 * Splits a pasted address. A login may have any character, percent-encoded or not, as cameras' manuals print it. The
 * result's text says why an address is refused, and what to do.
 */
export function parseCameraAddress(text: string): CameraAddress | string {
  const address = text.trim();
  if (address.toLowerCase() === WEBCAM_URL) return { url: WEBCAM_URL, login: undefined };
  const [, scheme = '', rest = ''] = /^([a-z][a-z0-9+.-]*):\/\/(.*)$/is.exec(address) ?? [];
  if (!SCHEMES.includes(scheme.toLowerCase()))
    return `the address must begin with ${SCHEMES.map(one => `${one}://`).join(', ')}, as rtsp://192.168.1.20:554/stream1, or be ${WEBCAM_URL}`;
  if (address.length > MOST_CHARACTERS) return `the address may have at most ${MOST_CHARACTERS} characters`;
  if (/\p{Cc}|\s/u.test(address))
    return 'the address has a space or a control character: write %20 for a space in its path';
  const at = loginEnd(rest);
  const place = at === undefined ? rest : rest.slice(at + 1);
  const [, host] = HOST.exec(place) ?? [];
  if (host === undefined || !URL.canParse(`http://${place}`))
    return 'the address has no valid host: write a name or an IP address after ://, as rtsp://192.168.1.20:554/stream1';
  return {
    url: `${scheme.toLowerCase()}://${place}`,
    login: at === undefined ? undefined : loginOf(rest.slice(0, at)),
  };
}

/**
 * Where the login ends; undefined: there is none. An address that is valid as it stands is read so (RFC 3986). In any
 * other, characters of the login are not encoded, and the last @ before a host ends it.
 */
function loginEnd(rest: string): number | undefined {
  const [authority = ''] = rest.split(/[/?#]/, 1);
  const end = authority.lastIndexOf('@');
  if (HOST.test(authority.slice(end + 1))) return end === -1 ? undefined : end;
  for (let at = rest.lastIndexOf('@'); at > 0; at = rest.lastIndexOf('@', at - 1))
    if (HOST.test(rest.slice(at + 1))) return at;
  return undefined;
}

function loginOf(text: string): CameraLogin {
  const colon = text.indexOf(':');
  const user = colon === -1 ? text : text.slice(0, colon);
  return { user: decoded(user), password: colon === -1 ? '' : decoded(text.slice(colon + 1)) };
}

/** The text without percent-encoding, if it is encoded as a whole: a % of its own stays. */
function decoded(text: string): string {
  if (!/^(?:[A-Za-z0-9\-._~!$&'()*+,;=]|%[0-9a-f]{2})*$/i.test(text)) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
