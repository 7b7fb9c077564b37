import { type FileHandle, open } from 'node:fs/promises';

/**
 * What a recording's container says of its length. `whole`: all of it is there. `cut`: bytes or the index are missing.
 * `open`: the container does not tell, so more may be written.
 */
export type FileEnd = { readonly kind: 'whole' | 'open' } | { readonly kind: 'cut'; readonly trouble: string };

const WHOLE: FileEnd = { kind: 'whole' };
const OPEN: FileEnd = { kind: 'open' };

/** Reads only heads of parts, so its cost does not grow with the file. Rejects when the file cannot be read. */
export async function fileEnd(path: string): Promise<FileEnd> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const head = await bytesAt(file, 0, 12);
    const kind = head.toString('latin1', 4, 8);
    if (FIRST_BOXES.has(kind)) return await endOfMp4(file, size);
    if (head.length >= 4 && head.readUInt32BE(0) === EBML) return await endOfMatroska(file, size);
    return head.toString('latin1', 0, 4) === 'RIFF' ? await endOfAvi(file, size) : OPEN;
  } finally {
    await file.close();
  }
}

async function bytesAt(file: FileHandle, at: number, length: number): Promise<Buffer> {
  const { bytesRead, buffer } = await file.read(Buffer.alloc(length), 0, length, at);
  return buffer.subarray(0, bytesRead);
}

const MEGABYTE = 1_000_000;
const cut = (size: number, wholeSize: number): FileEnd => {
  const [there, whole] = [size, wholeSize].map(bytes => (bytes / MEGABYTE).toFixed(bytes < MEGABYTE ? 3 : 1));
  return { kind: 'cut', trouble: `${there} of ${whole} MB are there: copy it again` };
};
const NO_INDEX: FileEnd = {
  kind: 'cut',
  trouble: 'its index is missing, because it was not copied or recorded to its end: copy it again, or repair it',
};

/** ISO/IEC 14496-12: boxes of size (32 bits; 1: 64 bits follow; 0: to the end of the file), type, content. */
const FIRST_BOXES = new Set(['ftyp', 'moov', 'mdat', 'free', 'skip', 'wide', 'pnot', 'styp']);

async function endOfMp4(file: FileHandle, size: number): Promise<FileEnd> {
  let hasIndex = false;
  let isFragmented = false;
  for (let at = 0; at < size; ) {
    const head = await bytesAt(file, at, 16);
    const type = head.toString('latin1', 4, 8);
    if (!/^[\x20-\x7e\xa9]{4}$/.test(type)) break; // padding behind the last box
    hasIndex ||= type === 'moov';
    isFragmented ||= type === 'moof';
    const small = head.readUInt32BE(0);
    if (small === 0) return hasIndex ? OPEN : NO_INDEX;
    const length = small === 1 && head.length === 16 ? Number(head.readBigUInt64BE(8)) : small;
    if (length < 8) break;
    at += length;
    if (at > size) return hasIndex ? cut(size, at) : NO_INDEX;
  }
  if (!hasIndex) return NO_INDEX;
  return isFragmented ? OPEN : WHOLE;
}

/** RFC 8794: an EBML header, then a segment; both have a size of variable length. */
const EBML = 0x1a45dfa3;
const SEGMENT = 0x18538067;
const LONGEST_HEAD_BYTES = 12;

async function endOfMatroska(file: FileHandle, size: number): Promise<FileEnd> {
  const header = sizeAfterId(await bytesAt(file, 0, LONGEST_HEAD_BYTES));
  if (header?.contentBytes === undefined) return OPEN;
  const at = header.headBytes + header.contentBytes;
  const head = await bytesAt(file, at, LONGEST_HEAD_BYTES);
  if (head.length < 5 || head.readUInt32BE(0) !== SEGMENT) return OPEN;
  const segment = sizeAfterId(head);
  if (segment?.contentBytes === undefined) return OPEN;
  const end = at + segment.headBytes + segment.contentBytes;
  return end > size ? cut(size, end) : WHOLE;
}

/** `contentBytes` undefined: the size is unknown, as in a stream that is being written. */
function sizeAfterId(
  head: Buffer,
): { readonly headBytes: number; readonly contentBytes: number | undefined } | undefined {
  const first = head[4] ?? 0;
  const length = Math.clz32(first) - 23; // 1 to 8 bytes, by the leading zeros of the first
  if (first === 0 || head.length < 4 + length) return undefined;
  const bits = [...head.subarray(5, 4 + length)].reduce((sum, byte) => sum * 256 + byte, first & (0xff >> length));
  const unknown = 2 ** (7 * length) - 1;
  return { headBytes: 4 + length, contentBytes: bits === unknown ? undefined : bits };
}

/** A RIFF chunk, in large files more of them. Some writers leave the padding byte of the last one away. */
async function endOfAvi(file: FileHandle, size: number): Promise<FileEnd> {
  for (let at = 0; at + 8 <= size; ) {
    const head = await bytesAt(file, at, 8);
    if (head.toString('latin1', 0, 4) !== 'RIFF') return WHOLE;
    const length = head.readUInt32LE(4);
    if (length === 0) return NO_INDEX;
    at += 8 + length + (length % 2);
    if (at > size + 8) return cut(size, at);
  }
  return WHOLE;
}
