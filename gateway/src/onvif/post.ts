import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP } from 'node:net';
import { connectionProblem, OnvifError } from './onvif-error.ts';

/** Largest answer that is read. A recorder with 32 channels sends 200 KB. */
const MOST_ANSWER_BYTES = 512 * 1024;

/** The one server that is asked. */
export interface CameraServer {
  readonly secure: boolean;
  /** As a person wrote it, for the `Host` header. */
  readonly host: string;
  readonly port: number;
  /** Every connection goes to this address. */
  readonly ip: string;
}

export interface PostAnswer {
  readonly status: number;
  readonly body: string;
  /** Values of all `WWW-Authenticate` headers. */
  readonly challenges: readonly string[];
}

export interface Post {
  readonly path: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly withinMs: number;
  /** Bytes that may still be read of this camera. Reading takes them away. */
  readonly budget: { bytesLeft: number };
}

export const placeOf = ({ host, port }: Pick<CameraServer, 'host' | 'port'>): string => `${host}:${port}`;

/**
 * Sends a request and reads the whole answer. It follows no redirect, and connects to `server.ip` only. Certificates are not
 * verified: cameras sign their own. Throws OnvifError: no answer in time, one that is too large, or a redirect.
 */
export async function post(server: CameraServer, { path, body, headers, withinMs, budget }: Post): Promise<PostAnswer> {
  const place = placeOf(server);
  const signal = AbortSignal.timeout(withinMs);
  try {
    const answer = await send(server, path, body, headers, signal);
    const { statusCode: status = 0, rawHeaders } = answer;
    if (status >= 300 && status < 400) {
      answer.destroy();
      throw new OnvifError('address', redirected(place, answer.headers.location));
    }
    const challenges = rawHeaders.filter((_, index) => rawHeaders[index - 1]?.toLowerCase() === 'www-authenticate');
    return {
      status,
      body: await readBody(answer, place, budget),
      challenges: challenges.filter((_, index) => index < 8),
    };
  } catch (cause) {
    if (cause instanceof OnvifError) throw cause;
    if (signal.aborted)
      throw new OnvifError(
        'address',
        `${place} does not answer within ${Math.round(withinMs / 1_000)} s: check that the camera is on, and that this is the address of its web page or of ONVIF`,
        { cause },
      );
    throw new OnvifError('address', connectionProblem(cause, place), { cause });
  }
}

function send(
  { secure, host, port, ip }: CameraServer,
  path: string,
  body: string,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const bare = host.replace(/^\[|\]$/g, '');
    const options = {
      ...{ method: 'POST', host: ip, port, path, signal, agent: false, maxHeaderSize: 16_384 },
      headers: { ...headers, host: `${host}:${port}`, 'content-length': Buffer.byteLength(body), connection: 'close' },
    };
    const sending = secure
      ? httpsRequest({ ...options, rejectUnauthorized: false, ...(isIP(bare) === 0 && { servername: bare }) })
      : httpRequest(options);
    sending.once('response', resolve);
    sending.once('error', reject);
    sending.end(body);
  });
}

async function readBody(answer: IncomingMessage, place: string, budget: Post['budget']): Promise<string> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of answer as AsyncIterable<Buffer>) {
    bytes += piece.length;
    budget.bytesLeft -= piece.length;
    if (bytes > MOST_ANSWER_BYTES || budget.bytesLeft < 0) {
      answer.destroy();
      throw new OnvifError(
        'address',
        `${place} sends more than an ONVIF camera does (${MOST_ANSWER_BYTES / 1024} KB), so it is not read: check that this is the address of a camera`,
      );
    }
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}

function redirected(place: string, location: string | undefined): string {
  const target = location !== undefined && URL.canParse(location) ? new URL(location) : undefined;
  const next =
    target === undefined
      ? "give the address that the camera's manual names for ONVIF"
      : `if that is the camera too, give ${target.protocol}//${target.host} as its address`;
  return `${place} sends the request on to another address, which is not followed: ${next}`;
}
