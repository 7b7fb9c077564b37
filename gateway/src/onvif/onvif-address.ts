/** Where a camera's ONVIF device service is. */
export interface OnvifAddress {
  readonly secure: boolean;
  /** Name or IP address in its usual form; IPv6 in brackets. */
  readonly host: string;
  readonly port: number;
  readonly path: string;
}

const PATH = '/onvif/device_service';
const ADDRESS = /^(?:([a-z][a-z0-9+.-]*):\/\/)?(\[[0-9a-f:.]+\]|[^\s:/?#@[\]\\]+)(?::(\d{1,5}))?(\/[^\s#]*)?$/i;
const EXAMPLE = 'as 192.168.1.20, 192.168.1.20:8000 or http://192.168.1.20/onvif/device_service';
const MOST_CHARACTERS = 500;

/** Reads the address of a camera's ONVIF service; port and path may be left out. A text says why it is refused, and what to do. */
export function parseOnvifAddress(text: string): OnvifAddress | string {
  const given = text.trim();
  if (given === '') return `give the camera's address, ${EXAMPLE}`;
  if (given.length > MOST_CHARACTERS) return `the address may have at most ${MOST_CHARACTERS} characters`;
  if (/^rtsps?:/i.test(given))
    return 'this is the address of a stream, which needs no search: paste it as the address of the camera';
  if (given.includes('@')) return `leave user and password out of the address and give them as login: ${EXAMPLE}`;
  const [, scheme = 'http', host, port, path] = ADDRESS.exec(given) ?? [];
  const secure = scheme.toLowerCase() === 'https';
  const portNumber = port === undefined ? (secure ? 443 : 80) : Number(port);
  if (host === undefined || !/^https?$/i.test(scheme) || !URL.canParse(`http://${host}`) || !isPort(portNumber))
    return `this is no address of a camera: write it ${EXAMPLE}`;
  return {
    secure,
    host: new URL(`http://${host}`).hostname,
    port: portNumber,
    path: path === undefined || path === '/' ? PATH : path,
  };
}

const isPort = (port: number): boolean => port >= 1 && port <= 65_535;

/** The address as text, always with its port. */
export const onvifUrlOf = ({ secure, host, port, path }: OnvifAddress): string =>
  `${secure ? 'https' : 'http'}://${host}:${port}${path}`;

const STREAM = /^(rtsps?):\/\/(?:[^@/?#]*@)?(\[[0-9a-f:.]+\]|[^\s:/?#@[\]\\]+)(:\d{1,5})?([/?][^\s#]*)?$/i;
const MOST_STREAM_CHARACTERS = 2_000;

/**
 * The address of a stream as the camera names it, without login and on the host that was asked: a camera behind a router names
 * an address that leads nowhere, and a login must go to no other host. Undefined: it is no RTSP address.
 */
export function streamUrlOf(
  named: string,
  host: string,
): { readonly url: string; readonly otherHost: string | undefined } | undefined {
  if (named.length > MOST_STREAM_CHARACTERS || /[^\x21-\x7e]/.test(named)) return undefined;
  const [, scheme, itsHost, port = '', path = ''] = STREAM.exec(named) ?? [];
  if (scheme === undefined || itsHost === undefined) return undefined;
  const otherHost = itsHost.toLowerCase() === host.toLowerCase() ? undefined : itsHost;
  return { url: `${scheme.toLowerCase()}://${host}${port}${path}`, otherHost };
}
