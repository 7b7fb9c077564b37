import { createHash } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface FakeProfile {
  readonly token: string;
  readonly name: string;
  readonly codec: string;
  readonly sizeWh: readonly [width: number, height: number];
  readonly fps: number;
}

export interface FakeOnvifOptions {
  readonly host?: string;
  readonly login?: { readonly user: string; readonly password: string };
  /** token: WS-Security, fresh by its own clock. digest: HTTP digest. */
  readonly auth?: 'token' | 'digest';
  /** Its clock minus this machine's. */
  readonly clockSkewMs?: number;
  /** Media version that it has: 1 (Profile S) or 2 (Profile T). */
  readonly media?: 1 | 2;
  readonly profiles?: readonly FakeProfile[];
  /** Host that it names in its addresses. */
  readonly namedHost?: string;
  /** Its own answer to a request; true: it was sent. */
  readonly answer?: (name: string, response: ServerResponse, request: IncomingMessage) => boolean;
  /** Datagrams that answer a search whose message has this id; absent: it answers none. */
  readonly matches?: (messageId: string, onvifUrl: string) => readonly string[];
}

export interface FakeOnvifCamera {
  readonly host: string;
  readonly port: number;
  /** Names of the requests that it got. */
  readonly asked: readonly string[];
  close(): Promise<void>;
}

const PROFILES: readonly FakeProfile[] = [
  { token: 'main&1', name: 'Main', codec: 'H264', sizeWh: [1920, 1080], fps: 25 },
  { token: 'sub', name: 'Sub', codec: 'H264', sizeWh: [640, 360], fps: 15 },
  { token: 'tiny', name: 'Tiny', codec: 'H264', sizeWh: [320, 180], fps: 10 },
];
const FRESH_MS = 5_000;
const SCHEMA = 'xmlns:tt="http://www.onvif.org/ver10/schema"';

/**
 * A fake camera with the answers that the ONVIF specifications (Core 24.12, Media, Media2, WS-Discovery 2005/04) print. For
 * tests: it has no video.
 */
export async function startFakeOnvifCamera(options: FakeOnvifOptions = {}): Promise<FakeOnvifCamera> {
  const { host = '127.0.0.1' } = options;
  const asked: string[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const piece of request) body += piece;
    const [, name = ''] = /<s:Body><(\w+)/.exec(body) ?? [];
    asked.push(name);
    if (options.answer?.(name, response, request)) return;
    const { port } = server.address() as AddressInfo;
    answer({ name, body, request, response, options, base: `http://${options.namedHost ?? host}:${port}` });
  });
  await new Promise<void>(resolve => server.listen(0, host, resolve));
  const { port } = server.address() as AddressInfo;
  const socket = options.matches && (await answerProbes(host, `http://${host}:${port}`, options.matches));
  return {
    ...{ host, port, asked },
    async close() {
      socket?.close();
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
    },
  };
}

interface Asked {
  readonly name: string;
  readonly body: string;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly options: FakeOnvifOptions;
  readonly base: string;
}

function answer(asked: Asked): void {
  const { name, options, response } = asked;
  const open = name === 'GetSystemDateAndTime' || options.login === undefined;
  if (!open && options.auth === 'digest' && !isDigestRight(asked)) {
    const nonce = 'dcd98b7102dd2f0e8b11d0f600bfb0c093';
    const realm = 'Digest realm="IP Camera(1234)", qop="auth", opaque="5ccc"';
    response.setHeader('www-authenticate', [
      `${realm}, nonce="${nonce}"`,
      `${realm}, nonce="${nonce}", algorithm=SHA-256`,
    ]);
    response.writeHead(401).end('<html><body>401</body></html>');
  } else if (!open && options.auth !== 'digest' && !isTokenRight(asked)) send(response, 400, NOT_AUTHORIZED);
  else {
    const content = contentOf(asked);
    send(
      response,
      content === undefined ? 500 : 200,
      content ?? fault('ter:ActionNotSupported', 'Optional Action Not Implemented'),
    );
  }
}

function send(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { 'content-type': 'application/soap+xml; charset=utf-8' }).end(soap(body));
}

export const soap = (body: string, header = ''): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<SOAP-ENV:Envelope xmlns:SOAP-ENV="http://www.w3.org/2003/05/soap-envelope" xmlns:tds="http://www.onvif.org/ver10/device/wsdl" xmlns:trt="http://www.onvif.org/ver10/media/wsdl" xmlns:tr2="http://www.onvif.org/ver20/media/wsdl" ${SCHEMA} xmlns:ter="http://www.onvif.org/ver10/error"><SOAP-ENV:Header>${header}</SOAP-ENV:Header><SOAP-ENV:Body>${body}</SOAP-ENV:Body></SOAP-ENV:Envelope>`;

const fault = (subcode: string, text: string): string =>
  `<SOAP-ENV:Fault><SOAP-ENV:Code><SOAP-ENV:Value>SOAP-ENV:Sender</SOAP-ENV:Value><SOAP-ENV:Subcode><SOAP-ENV:Value>${subcode}</SOAP-ENV:Value></SOAP-ENV:Subcode></SOAP-ENV:Code><SOAP-ENV:Reason><SOAP-ENV:Text xml:lang="en">${text}</SOAP-ENV:Text></SOAP-ENV:Reason></SOAP-ENV:Fault>`;
const NOT_AUTHORIZED = fault('ter:NotAuthorized', 'Sender not authorized');

function contentOf({ name, body, options, base }: Asked): string | undefined {
  const { media = 1, profiles = PROFILES } = options;
  switch (name) {
    case 'GetSystemDateAndTime':
      return clock(new Date(Date.now() + (options.clockSkewMs ?? 0)));
    case 'GetServices': {
      const [namespace, path] =
        media === 2
          ? ['http://www.onvif.org/ver20/media/wsdl', 'media2']
          : ['http://www.onvif.org/ver10/media/wsdl', 'media'];
      return `<tds:GetServicesResponse><tds:Service><tds:Namespace>http://www.onvif.org/ver10/device/wsdl</tds:Namespace><tds:XAddr>${base}/onvif/device_service</tds:XAddr></tds:Service><tds:Service><tds:Namespace>${namespace}</tds:Namespace><tds:XAddr>${base}/onvif/${path}</tds:XAddr></tds:Service></tds:GetServicesResponse>`;
    }
    case 'GetDeviceInformation':
      return '<tds:GetDeviceInformationResponse><tds:Manufacturer>Fake &amp; Sons</tds:Manufacturer><tds:Model>F-1</tds:Model></tds:GetDeviceInformationResponse>';
    case 'GetProfiles':
      return media === 2
        ? `<tr2:GetProfilesResponse>${profiles.map(one => `<tr2:Profiles token="${xml(one.token)}"><tr2:Name>${one.name}</tr2:Name><tr2:Configurations><tr2:VideoEncoder token="v">${encoder(one)}</tr2:VideoEncoder></tr2:Configurations></tr2:Profiles>`).join('')}</tr2:GetProfilesResponse>`
        : `<trt:GetProfilesResponse>${profiles.map(one => `<trt:Profiles token="${xml(one.token)}" fixed="true"><tt:Name>${one.name}</tt:Name><tt:VideoEncoderConfiguration token="v">${encoder(one)}</tt:VideoEncoderConfiguration></trt:Profiles>`).join('')}</trt:GetProfilesResponse>`;
    case 'GetStreamUri': {
      const [, token] = /<ProfileToken>([^<]*)</.exec(body) ?? [];
      const known = profiles.find(one => xml(one.token) === token?.replaceAll('&#38;', '&amp;'));
      if (known === undefined) return fault('ter:NoProfile', 'No such profile');
      const uri = xml(`rtsp://${new URL(base).hostname}:8554/live?profile=${known.name}&unicast=true`);
      return media === 2
        ? `<tr2:GetStreamUriResponse><tr2:Uri>${uri}</tr2:Uri></tr2:GetStreamUriResponse>`
        : `<trt:GetStreamUriResponse><trt:MediaUri><tt:Uri ${SCHEMA}>${uri}</tt:Uri><tt:Timeout>PT0S</tt:Timeout></trt:MediaUri></trt:GetStreamUriResponse>`;
    }
    default:
      return undefined;
  }
}

const encoder = ({ codec, sizeWh: [width, height], fps }: FakeProfile): string =>
  `<tt:Name>e</tt:Name><tt:Encoding>${codec}</tt:Encoding><tt:Resolution><tt:Width>${width}</tt:Width><tt:Height>${height}</tt:Height></tt:Resolution><tt:RateControl><tt:FrameRateLimit>${fps}</tt:FrameRateLimit></tt:RateControl>`;

const clock = (at: Date): string =>
  `<tds:GetSystemDateAndTimeResponse><tds:SystemDateAndTime><tt:DateTimeType>Manual</tt:DateTimeType><tt:UTCDateTime><tt:Time><tt:Hour>${at.getUTCHours()}</tt:Hour><tt:Minute>${at.getUTCMinutes()}</tt:Minute><tt:Second>${at.getUTCSeconds()}</tt:Second></tt:Time><tt:Date><tt:Year>${at.getUTCFullYear()}</tt:Year><tt:Month>${at.getUTCMonth() + 1}</tt:Month><tt:Day>${at.getUTCDate()}</tt:Day></tt:Date></tt:UTCDateTime></tds:SystemDateAndTime></tds:GetSystemDateAndTimeResponse>`;

const xml = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
const unescaped = (text: string): string =>
  text.replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));

/** Judges a UsernameToken as Core 5.9.4 says: the digest, and its age by the camera's clock. */
function isTokenRight({ body, options: { login, clockSkewMs = 0 } }: Asked): boolean {
  const [user, digest, nonce, created] = ['Username', 'Password', 'Nonce', 'Created'].map(
    name => new RegExp(`<${name}(?: [^>]*)?>([^<]*)<`).exec(body)?.[1] ?? '',
  ) as [string, string, string, string];
  const right = createHash('sha1')
    .update(Buffer.from(nonce, 'base64'))
    .update(created)
    .update(login?.password ?? '')
    .digest('base64');
  const isFresh = Math.abs(Date.parse(created) - Date.now() - clockSkewMs) < FRESH_MS;
  return unescaped(user) === login?.user && digest === right && isFresh;
}

/** Judges an answer to the SHA-256 challenge (RFC 7616). */
function isDigestRight({ request, options: { login } }: Asked): boolean {
  const header = request.headers.authorization ?? '';
  const field = (name: string): string =>
    new RegExp(`\\b${name}=(?:"([^"]*)"|([^,\\s]*))`).exec(header)?.slice(1).find(Boolean) ?? '';
  const hash = (...parts: readonly string[]): string => createHash('sha256').update(parts.join(':')).digest('hex');
  const ha1 = hash(login?.user ?? '', field('realm'), login?.password ?? '');
  const ha2 = hash('POST', request.url ?? '');
  const right = hash(ha1, field('nonce'), field('nc'), field('cnonce'), 'auth', ha2);
  return field('algorithm') === 'SHA-256' && field('response') === right && field('uri') === request.url;
}

async function answerProbes(
  host: string,
  base: string,
  matches: NonNullable<FakeOnvifOptions['matches']>,
): Promise<Socket> {
  const socket = createSocket({ type: 'udp4', reuseAddr: true });
  const out = createSocket('udp4'); // its answers come from its own address
  socket.on('close', () => out.close());
  socket.on('message', (message, sender) => {
    const [, id = ''] = /MessageID>([^<]*)</.exec(message.toString()) ?? [];
    for (const answer of matches(id, `${base}/onvif/device_service`)) out.send(answer, sender.port, sender.address);
  });
  await new Promise<void>(resolve => out.bind(0, host, resolve));
  await new Promise<void>(resolve => socket.bind(3702, resolve));
  socket.addMembership('239.255.255.250', host);
  return socket;
}

/** A ProbeMatch as WS-Discovery prints it. */
export const probeMatch = (relatesTo: string, endpoint: string, addresses: string, scopes = ''): string =>
  `<?xml version="1.0" encoding="UTF-8"?><SOAP-ENV:Envelope xmlns:SOAP-ENV="http://www.w3.org/2003/05/soap-envelope" xmlns:wsa="http://schemas.xmlsoap.org/ws/2004/08/addressing" xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery" xmlns:dn="http://www.onvif.org/ver10/network/wsdl"><SOAP-ENV:Header><wsa:MessageID>urn:uuid:1</wsa:MessageID><wsa:RelatesTo>${relatesTo}</wsa:RelatesTo><wsa:Action>http://schemas.xmlsoap.org/ws/2005/04/discovery/ProbeMatches</wsa:Action></SOAP-ENV:Header><SOAP-ENV:Body><d:ProbeMatches><d:ProbeMatch><wsa:EndpointReference><wsa:Address>${endpoint}</wsa:Address></wsa:EndpointReference><d:Types>dn:NetworkVideoTransmitter</d:Types><d:Scopes>${scopes}</d:Scopes><d:XAddrs>${addresses}</d:XAddrs><d:MetadataVersion>1</d:MetadataVersion></d:ProbeMatch></d:ProbeMatches></SOAP-ENV:Body></SOAP-ENV:Envelope>`;
