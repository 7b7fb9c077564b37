import type { IncomingMessage, ServerResponse } from 'node:http';
import { ClientError } from '../errors.ts';

const MAX_BODY_BYTES = 256 * 1024;
/** Limit for a body that anyone may send. A login of 200 and a password of 1,000 characters fit, in any encoding. */
const MAX_OPEN_BODY_BYTES = 16 * 1024;

/** Largest body of a path, in bytes. */
export const maxBodyBytes = (path: string): number => (path === '/auth/login' ? MAX_OPEN_BODY_BYTES : MAX_BODY_BYTES);

/** True for a request whose body goes to a file while it arrives, so that it may be large and take long. */
export const isUpload = ({ method, url }: Pick<IncomingMessage, 'method' | 'url'>): boolean =>
  method === 'POST' && /^\/models(\?|$)/.test(url ?? '');

/** Refuses a request by its headers alone, before its body is read. Throws ClientError. */
export function checkBodyHeaders({ headers }: IncomingMessage, maxBytes: number): void {
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity')
    throw new ClientError(
      `the Content-Encoding ${encoding} is not supported: send the body unencoded`,
      'BAD_INPUT',
      415,
    );
  if (Number(headers['content-length'] ?? 0) > maxBytes) throw tooLarge(maxBytes);
}

/** The symbol under which hono's server finds a body that was read already. */
interface WithRawBody {
  rawBody?: Buffer;
}

/** Reads the body, chunked or not, and keeps it for the route. Throws ClientError beyond `maxBytes`. */
export async function readBody(
  incoming: IncomingMessage & WithRawBody,
  outgoing: ServerResponse,
  maxBytes: number,
): Promise<void> {
  if (!hasBody(incoming)) return;
  checkBodyHeaders(incoming, maxBytes);
  letBodyCome(incoming, outgoing);
  incoming.rawBody = await collected(incoming, maxBytes);
}

/** Tells a client that waits for it to send its body. */
export function letBodyCome({ headers }: IncomingMessage, outgoing: ServerResponse): void {
  if (headers.expect?.toLowerCase() === '100-continue') outgoing.writeContinue();
}

export const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;

function collected(incoming: IncomingMessage, maxBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const done = (error?: Error): void => {
      incoming.off('data', take).off('end', end).off('error', cut).off('close', cut);
      if (error) reject(error);
      else resolve(Buffer.concat(chunks));
    };
    const take = (chunk: Buffer): void => {
      bytes += chunk.length;
      chunks.push(chunk);
      if (bytes > maxBytes) {
        incoming.pause();
        done(tooLarge(maxBytes));
      }
    };
    const end = (): void => done();
    const cut = (): void => done(new ClientError('the body ended early', 'BAD_INPUT', 400));
    incoming.on('data', take).on('end', end).on('error', cut).on('close', cut);
  });
}

const tooLarge = (maxBytes: number): ClientError =>
  new ClientError(`the body is larger than ${maxBytes} bytes`, 'BAD_INPUT', 413);
