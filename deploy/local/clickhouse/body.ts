import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { ClickHouseError } from './errors.ts';
import { textOf } from './utf8.ts';

/**
 * Reads the body of a request and inflates gzip. Throws ClickHouseError: 307 for more than `limitBytes` after inflating;
 * 354 for broken gzip; 48 for another encoding.
 */
export async function readBody(request: IncomingMessage, limitBytes: number): Promise<Buffer> {
  const encoding = request.headers['content-encoding'] ?? 'identity';
  if (encoding === 'identity') return collect(request, limitBytes);
  if (encoding !== 'gzip')
    throw new ClickHouseError(48, `Content-Encoding ${encoding} is not supported; use gzip`, 'NOT_IMPLEMENTED');
  try {
    return await pipeline(request, createGunzip(), inflated => collect(inflated, limitBytes));
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && String(error.code).startsWith('Z_'))) throw error;
    if (error.code === 'Z_BUF_ERROR' && request.headers['content-length'] === '0') return Buffer.alloc(0);
    throw new ClickHouseError(354, `The body is not gzip: ${error.message}`, 'ZLIB_INFLATE_FAILED');
  }
}

/** A multipart body's parts: `query`, and parameters and settings by name. */
export interface Form {
  readonly query: Buffer;
  readonly others: readonly (readonly [name: string, value: string])[];
}

/**
 * Reads a body of multipart/form-data. Throws ClickHouseError: 36 when the body has another form; 48 for a part that is
 * a file, which ClickHouse would read as an external table; 62 for bytes that are no UTF-8.
 */
export async function readForm(body: Buffer, contentType: string): Promise<Form> {
  const form = await new Response(new Uint8Array(body), { headers: { 'content-type': contentType } })
    .formData()
    .catch((error: Error) => {
      throw new ClickHouseError(36, `The body is not multipart/form-data: ${error.message}`, 'BAD_ARGUMENTS');
    });
  const parts = [...form].map(([name, value]): readonly [string, string] => {
    if (typeof value === 'string') return [name, value];
    throw new ClickHouseError(48, `External tables are not implemented here: part ${name}`, 'NOT_IMPLEMENTED');
  });
  textOf(body); // the parts were decoded without a check
  const query = parts.filter(([name]) => name === 'query').map(([, value]) => value);
  return { query: Buffer.from(query.join('\n')), others: parts.filter(([name]) => name !== 'query') };
}

async function collect(source: Readable | AsyncIterable<Buffer>, limitBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of source as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limitBytes)
      throw new ClickHouseError(307, `The body is larger than ${limitBytes} bytes`, 'TOO_MANY_BYTES');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
