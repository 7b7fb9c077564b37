import { lookup } from 'node:dns/promises';
import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import {
  AVERROR_EACCES,
  AVERROR_EINVAL,
  AVERROR_ENOENT,
  AVERROR_EOF,
  AVERROR_EPERM,
  AVERROR_HTTP_FORBIDDEN,
  AVERROR_HTTP_NOT_FOUND,
  AVERROR_HTTP_SERVER_ERROR,
  AVERROR_HTTP_UNAUTHORIZED,
  AVERROR_INVALIDDATA,
  AVERROR_PATCHWELCOME,
  AVERROR_STREAM_NOT_FOUND,
  FFmpegError,
} from 'node-av';
import { fileEnd } from './file-end.ts';
import { HttpStatusError } from './http-camera.ts';
import { UnsupportedVideoError } from './open-video.ts';

/** What FFmpeg answers to bytes that are sound for none of its formats, or only in part. */
const UNREADABLE: ReadonlySet<number> = new Set([
  AVERROR_INVALIDDATA,
  AVERROR_EINVAL,
  AVERROR_EOF,
  AVERROR_PATCHWELCOME,
  AVERROR_EPERM,
]);
const ANSWERS_WITHIN_MS = 3_000;
const PORTS: Readonly<Record<string, number>> = { 'rtsp:': 554, 'rtsps:': 322, 'http:': 80, 'https:': 443 };

/** What went wrong with a recording and what to do, in words, as `CAUSE: NEXT STEP`. */
export async function fileFailure(path: string, error: unknown): Promise<string> {
  if (!(error instanceof FFmpegError)) return describe(error);
  if (error.code === AVERROR_ENOENT) return 'it is not there: put it back';
  if (error.code === AVERROR_EACCES) return 'it may not be read: let every user read it (chmod a+r)';
  if (error.code === AVERROR_STREAM_NOT_FOUND)
    return 'it has no video, only sound or text: take a recording with pictures';
  const end = await fileEnd(path).catch(() => undefined);
  if (end?.kind === 'cut') return end.trouble;
  return UNREADABLE.has(error.code)
    ? 'what is in it is no video that can be read, whatever its name says: copy it again, or convert it to .mp4'
    : `${error.message}: copy it again, or replace it`;
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** What went wrong with a camera and what to do, in words, as `CAUSE: NEXT STEP`. No login is in it. */
export async function liveFailure(url: string, error: unknown): Promise<string> {
  const login = loginTrouble(url);
  if (login !== null) return login;
  if (error instanceof UnsupportedVideoError) return error.message;
  const status = error instanceof HttpStatusError ? error.status : error instanceof FFmpegError ? statusOf(error) : 0;
  if (status !== 0) return statusInWords(status, url);
  if (error instanceof FFmpegError && error.code === AVERROR_STREAM_NOT_FOUND)
    return 'its stream has no video, only sound or data: take the address of its video stream';
  return (await connectionTrouble(url)) ?? answered(error);
}

/** The camera can be reached, but what it sends is not as expected. */
function answered(error: unknown): string {
  // a camera that ends the connection may send sound video at another time
  if (error instanceof FFmpegError && UNREADABLE.has(error.code) && error.code !== AVERROR_EOF)
    return 'what it sends is no video that can be read: set its codec to H.264, H.265 or Motion JPEG, and check the path of the address';
  if (isTimeout(error)) return NO_VIDEO;
  if (isNoHttp(error))
    return 'its answer is not as HTTP demands, or its headers are too long: check the path and the port of the address';
  return `the connection broke (${describe(error)}): look whether the camera and its network run`;
}

/** Node's HTTP parser refused the answer (llhttp). */
const isNoHttp = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && String(error.code).startsWith('HPE_');

const isTimeout = (error: unknown): boolean =>
  error instanceof FFmpegError
    ? /timed out|exit requested/i.test(error.message)
    : error instanceof Error && /^(AbortError|TimeoutError)$/.test(error.name);

function statusOf({ code }: FFmpegError): number {
  if (code === AVERROR_HTTP_UNAUTHORIZED) return 401;
  if (code === AVERROR_HTTP_FORBIDDEN) return 403;
  if (code === AVERROR_HTTP_NOT_FOUND) return 404;
  return code === AVERROR_HTTP_SERVER_ERROR ? 500 : 0;
}

function statusInWords(status: number, url: string): string {
  if (status === 401)
    return /^\w+:\/\/[^/?#]*@/.test(url)
      ? 'it refuses this user name or password: enter the right ones for this camera'
      : 'it wants a user name and a password: enter them for this camera';
  if (status === 403) return 'it forbids this user to see the stream: give the user that right in the camera';
  if (status === 404) return "it has no stream at this path: look up the address in the camera's manual";
  if (status === 429 || status >= 500)
    return `it is too busy or out of order (status ${status}): let fewer viewers use it, or restart it`;
  return `it refuses with status ${status}: look up the address of the video stream in the camera's manual`;
}

/** An address after its `//` that is valid as it stands, with a login or without. */
const SOUND = /^(?:(?<login>[^@/?#[\]\s:]*(?::[^@/?#[\]\s]*)?)@)?(?:[\w.-]+|\[[\da-f:.]+\])(?::\d+)?(?:[/?#]|$)/i;

/** Characters that have a meaning in an address end the login early when they are not percent-encoded. */
function loginTrouble(url: string): string | null {
  const rest = /^\w+:\/\/(.*)$/s.exec(url)?.[1] ?? '';
  const sound = SOUND.exec(rest);
  const isEncoded = sound !== null && !/%(?![\da-f]{2})/i.test(sound.groups?.login ?? '');
  if (isEncoded || !rest.includes('@')) return null;
  return 'the login in the address has characters that must be percent-encoded: write %40 for @, %2F for /, %3A for :, %23 for #, %3F for ?, %25 for %, or enter user and password apart from the address';
}

/** Why no connection can be made; undefined when it can. */
async function connectionTrouble(url: string): Promise<string | undefined> {
  const address = URL.parse(url);
  if (address === null) return 'this is no address: write it as rtsp://HOST/PATH or http://HOST/PATH';
  const host = address.hostname.replace(/^\[|\]$/g, '');
  const port = Number(address.port) || (PORTS[address.protocol] ?? 0);
  try {
    await lookup(host);
  } catch {
    return `the name ${host} is not known in this network: correct it, or use the camera's IP address`;
  }
  return await new Promise(resolve => {
    const done = (trouble?: string): void => {
      socket.destroy();
      resolve(trouble);
    };
    const isTls = /s:$/.test(address.protocol);
    const isRtsp = /^rtsp/.test(address.protocol);
    let connected = false;
    const socket = isTls ? connectTls({ host, port, rejectUnauthorized: false }) : connect({ host, port });
    socket.setTimeout(ANSWERS_WITHIN_MS, () => done(connected ? NO_VIDEO : noAnswer(host)));
    socket.once('error', error => done(refusal(error, host, port)));
    socket.once(isTls ? 'secureConnect' : 'connect', () => {
      connected = true;
      if (isRtsp) socket.write('OPTIONS * RTSP/1.0\r\nCSeq: 1\r\n\r\n');
      else done();
    });
    socket.once('data', bytes =>
      done(
        /^RTSP/.test(bytes.toString('latin1')) ? undefined : `port ${port} of ${host} is not for RTSP: check the port`,
      ),
    );
    socket.once('end', () => done());
  });
}

const NO_VIDEO = 'it can be reached but sends no video: restart it, or let fewer viewers use it';
const noAnswer = (host: string): string =>
  `${host} does not answer: check the camera's power and cable, and that its address is still this one`;

function refusal(error: Error & { readonly code?: string }, host: string, port: number): string {
  switch (error.code) {
    case 'ECONNREFUSED':
      return `${host} refuses port ${port}: check the port, and that the camera's video service is switched on`;
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return `there is no route to ${host}: check that this machine is in the camera's network`;
    case 'ETIMEDOUT':
      return noAnswer(host);
    case 'ECONNRESET':
      return `${host} breaks connections off: restart the camera, or let fewer viewers use it`;
    default:
      return /ssl|tls|cert|EPROTO/i.test(`${error.code} ${error.message}`)
        ? `no secure connection to ${host} can be made (${error.code ?? error.message}): switch TLS on in the camera, or use rtsp: or http:`
        : `no connection to ${host} can be made (${error.code ?? error.message}): check the camera's network`;
  }
}
