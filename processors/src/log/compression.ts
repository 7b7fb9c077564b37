import { createRequire } from 'node:module';
import { gunzipSync, gzipSync, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { LogError } from './errors.ts';

/** Kafka's codec numbers, as in a batch's attributes. All can be read; `CodecName` can be written. */
export const CODECS = { none: 0, gzip: 1, snappy: 2, lz4: 3, zstd: 4 } as const;
export type CodecName = 'none' | 'gzip' | 'zstd';

export function decompress(codec: number, bytes: Buffer): Buffer {
  if (codec === CODECS.gzip) return gunzipSync(bytes);
  if (codec === CODECS.zstd) return zstdDecompressSync(bytes);
  if (codec === CODECS.snappy) return unsnappy(bytes);
  if (codec === CODECS.lz4) return load<typeof import('lz4-napi')>('lz4-napi').decompressFrameSync(bytes);
  throw new LogError('COMPRESSION_UNSUPPORTED', `codec ${codec} is not known`);
}

export function compress(codec: CodecName, bytes: Buffer): Buffer {
  if (codec === 'gzip') return gzipSync(bytes);
  if (codec === 'zstd') return zstdCompressSync(bytes);
  return bytes;
}

const XERIAL_MAGIC = Buffer.from('\x82SNAPPY\0', 'latin1');

/**
 * One block of Snappy, or as the Java client wraps it (xerial's SnappyOutputStream):
 *
 *   0x82 'SNAPPY' 0x00 | version int32 | oldest version int32 | (length int32 | block)*
 */
function unsnappy(bytes: Buffer): Buffer {
  if (!bytes.subarray(0, XERIAL_MAGIC.length).equals(XERIAL_MAGIC)) return unblock(bytes);
  const blocks: Buffer[] = [];
  for (let at = XERIAL_MAGIC.length + 8; at < bytes.length; ) {
    const end = at + 4 + bytes.readUInt32BE(at);
    if (end > bytes.length) throw new LogError('BATCH_CORRUPT', `a block of Snappy ends at ${end} of ${bytes.length}`);
    blocks.push(unblock(bytes.subarray(at + 4, end)));
    at = end;
  }
  return Buffer.concat(blocks);
}

function unblock(block: Buffer): Buffer {
  const bytes = load<typeof import('snappy')>('snappy').uncompressSync(block);
  return typeof bytes === 'string' ? Buffer.from(bytes) : bytes;
}

/** Loads native code when a batch first needs it; few topics do. */
function load<T>(codec: 'snappy' | 'lz4-napi'): T {
  try {
    return createRequire(import.meta.url)(codec);
  } catch (cause) {
    throw new LogError('COMPRESSION_UNSUPPORTED', `${codec} has no build for this machine`, { cause });
  }
}
