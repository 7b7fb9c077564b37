import { gunzipSync, gzipSync, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { LogError } from './errors.ts';

/** Kafka's codec numbers, as they stand in a batch's attributes. */
export const CODECS = { none: 0, gzip: 1, zstd: 4 } as const;
export type CodecName = keyof typeof CODECS;

export function decompress(codec: number, bytes: Buffer): Buffer {
  if (codec === CODECS.gzip) return gunzipSync(bytes);
  if (codec === CODECS.zstd) return zstdDecompressSync(bytes);
  throw new LogError('COMPRESSION_UNSUPPORTED', `codec ${codec} (2 snappy, 3 lz4) is not supported; use gzip or zstd`);
}

export function compress(codec: CodecName, bytes: Buffer): Buffer {
  if (codec === 'gzip') return gzipSync(bytes);
  if (codec === 'zstd') return zstdCompressSync(bytes);
  return bytes;
}
