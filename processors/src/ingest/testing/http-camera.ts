import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface HttpCamera {
  /**
   * Base URL. `/mjpeg` is a Motion JPEG stream at 10 pictures a second, `/playlist.m3u8` names a file, `/snapshot` is one
   * picture, and the other paths are named by what is wrong with them.
   */
  readonly url: string;
  /** Requests so far. */
  readonly requests: number;
  close(): Promise<void>;
}

const PICTURE_EVERY_MS = 100;
const NEW_LINE = '\r\n';

/** The bytes of the n-th picture in a stream with one fault. */
const parts: Readonly<Record<string, (jpeg: Buffer, n: number) => readonly (string | Buffer)[]>> = {
  mjpeg: jpeg => [`--frame${NEW_LINE}`, ...part(jpeg), NEW_LINE],
  'boundary-after': jpeg => [...part(jpeg), `${NEW_LINE}--frame${NEW_LINE}`],
  junk: (jpeg, n) => [`--frame${NEW_LINE}`, ...part(jpeg), NEW_LINE, n % 3 === 2 ? Buffer.alloc(100, n) : ''],
  'wrong-length': (jpeg, n) => [`--frame${NEW_LINE}`, ...part(jpeg, n % 3 === 2 ? 7 : 0), NEW_LINE],
  'no-length': jpeg => [`--frame${NEW_LINE}Content-Type: image/jpeg${NEW_LINE}${NEW_LINE}`, jpeg, NEW_LINE],
  'no-parts': jpeg => [jpeg],
  'line-feeds': jpeg => [`--frame\nContent-Type: image/jpeg\n\n`, jpeg, '\n'],
  'silent-later': (jpeg, n) => (n < 3 ? part(jpeg) : []),
  'cut-short': (jpeg, n) => [
    `--frame${NEW_LINE}`,
    ...part(n % 3 === 2 ? jpeg.subarray(0, jpeg.length / 2) : jpeg),
    NEW_LINE,
  ],
};

const part = (jpeg: Buffer, more = 0): readonly (string | Buffer)[] => [
  `Content-Type: image/jpeg${NEW_LINE}Content-Length: ${jpeg.length + more}${NEW_LINE}${NEW_LINE}`,
  jpeg,
];

/** A network camera on the loopback. For tests. `login`: user and password, with a colon, that it asks for by Basic. */
export async function startHttpCamera(jpegs: readonly Buffer[], login?: string): Promise<HttpCamera> {
  const authorization = login && `Basic ${Buffer.from(login).toString('base64')}`;
  const state = { requests: 0 };
  const server = createServer((request, response) => {
    state.requests++;
    if (authorization !== undefined && request.headers.authorization !== authorization) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="camera"' }).end();
      return;
    }
    const path = request.url?.slice(1) ?? '';
    if (path.startsWith('login/') && !isAllowed(request, response)) return;
    const name = path.replace(/^login\//, '');
    const fault = parts[name];
    if (fault !== undefined) stream(response, jpegs, fault);
    else answer(name, response, jpegs[state.requests % jpegs.length] ?? Buffer.alloc(0));
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    get requests() {
      return state.requests;
    },
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function stream(
  response: ServerResponse,
  jpegs: readonly Buffer[],
  fault: (jpeg: Buffer, n: number) => readonly (string | Buffer)[],
): void {
  response.writeHead(200, { 'content-type': 'multipart/x-mixed-replace; boundary=frame' });
  let sent = 0;
  const sending = setInterval(() => {
    const bytes = fault(jpegs[sent % jpegs.length] ?? Buffer.alloc(0), sent).map(piece => Buffer.from(piece));
    response.write(Buffer.concat(bytes));
    sent++;
  }, PICTURE_EVERY_MS);
  response.on('close', () => clearInterval(sending));
}

function answer(name: string, response: ServerResponse, jpeg: Buffer): void {
  const headers: Readonly<Record<string, string>> = {
    snapshot: 'image/jpeg',
    page: 'text/html',
    'playlist.m3u8': 'application/vnd.apple.mpegurl',
  };
  if (name === 'silent') return;
  if (name === 'moved') response.writeHead(302, { location: '/mjpeg' }).end();
  else if (name === 'moved-for-ever') response.writeHead(302, { location: '/moved-for-ever' }).end();
  else if (name === 'busy') response.writeHead(503).end();
  else if (headers[name] === undefined) response.writeHead(404).end();
  else {
    response.writeHead(200, { 'content-type': headers[name] });
    response.end(name === 'snapshot' ? jpeg : name === 'page' ? '<!doctype html><p>Sign in</p>' : PLAYLIST);
  }
}

const PLAYLIST = '#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\nfile:///etc/hostname\n#EXT-X-ENDLIST\n';

/** The login that paths under `/login/` want. */
export const LOGIN = { user: 'admin', password: 'p@ss:w/o#r%d?&1' } as const;

/** Asks for the login by Digest with SHA-256 (RFC 7616). */
function isAllowed({ headers, url = '' }: IncomingMessage, response: ServerResponse): boolean {
  const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
  const field = (name: string): string =>
    new RegExp(`\\b${name}="?([^",]*)`).exec(headers.authorization ?? '')?.[1] ?? '';
  const secret = sha256(`${LOGIN.user}:camera:${LOGIN.password}`);
  const counted = `${field('nonce')}:${field('nc')}:${field('cnonce')}:auth`;
  if (field('response') === sha256(`${secret}:${counted}:${sha256(`GET:${url}`)}`)) return true;
  const challenge = 'Digest realm="camera", qop="auth", nonce="7a", algorithm=SHA-256';
  response.writeHead(401, { 'www-authenticate': challenge }).end();
  return false;
}
