import { decompress } from './compression.ts';
import { crc32c } from './crc32c.ts';
import { LogError } from './errors.ts';
import type { EntryVisitor, LogEntries, LogHeaders, LogRecord } from './log-client.ts';

/**
 * Decoder of record batches, magic 2 (KIP-98):
 *
 *   baseOffset int64 | batchLength int32 | leaderEpoch int32 | magic int8 | crc uint32 | attributes int16 |
 *   lastOffsetDelta int32 | baseTimestamp int64 | maxTimestamp int64 | producerId int64 | producerEpoch int16 |
 *   baseSequence int32 | count int32 | records
 *   record: length varint | attributes int8 | timestampDelta varlong | offsetDelta varint | key | value | headers
 *
 * Attributes: bits 0-2 codec, 3 log append time, 4 transactional, 5 control.
 */
export interface AbortedTransaction {
  readonly producerId: bigint;
  readonly firstOffset: bigint;
}

export interface DecodeOptions {
  /** Records below it are dropped, because a fetch gives whole batches. */
  readonly fromOffset: bigint;
  /** Set for read_committed readers, in any order. */
  readonly aborted?: readonly AbortedTransaction[] | undefined;
  readonly checkCrc?: boolean;
}

const HEADER_BYTES = 61;
const TRANSACTIONAL = 0x10;
const CONTROL = 0x20;
const LOG_APPEND_TIME = 0x08;
const NO_HEADERS: LogHeaders = [];

/** Decodes the bytes that a fetch gave for one partition; a truncated batch at the end is left for the next fetch. */
export function decodeBatches(bytes: Buffer, options: DecodeOptions): DecodedBatches {
  const batches: Batch[] = [];
  const filter = new AbortedFilter(options.aborted ?? []);
  let nextOffset: bigint | undefined;
  let at = 0;
  while (at + HEADER_BYTES <= bytes.length) {
    const end = at + 12 + bytes.readInt32BE(at + 8);
    if (end > bytes.length) break;
    const baseOffset = bytes.readBigInt64BE(at);
    const batch = bytes.subarray(at, end);
    checkBatch(batch, baseOffset, options.checkCrc === true);
    const attributes = batch.readInt16BE(21);
    const last = baseOffset + BigInt(batch.readInt32BE(23));
    const dropped = filter.drops(batch, attributes, last);
    if (!dropped && (attributes & CONTROL) === 0)
      batches.push(openBatch(batch, baseOffset, attributes, options.fromOffset));
    nextOffset = last + 1n;
    at = end;
  }
  return new DecodedBatches(batches, nextOffset);
}

function checkBatch(batch: Buffer, baseOffset: bigint, checkCrc: boolean): void {
  const magic = batch.readInt8(16);
  if (magic !== 2) throw new LogError('BATCH_CORRUPT', `batch at offset ${baseOffset} has format ${magic}, not 2`);
  if (!checkCrc) return;
  if (batch.readUInt32BE(17) !== crc32c(batch.subarray(21))) {
    throw new LogError('BATCH_CORRUPT', `batch at offset ${baseOffset} fails its checksum`);
  }
}

/**
 * Drops the batches of aborted transactions. A transaction begins at `firstOffset` and ends at its producer's next
 * control batch. Several can be open at once, but only one per producer (KIP-98).
 */
class AbortedFilter {
  readonly #waiting: AbortedTransaction[];
  readonly #open = new Set<bigint>();

  constructor(aborted: readonly AbortedTransaction[]) {
    this.#waiting = [...aborted].sort((a, b) =>
      a.firstOffset < b.firstOffset ? -1 : a.firstOffset > b.firstOffset ? 1 : 0,
    );
  }

  drops(batch: Buffer, attributes: number, lastOffset: bigint): boolean {
    if (this.#waiting.length === 0 && this.#open.size === 0) return false;
    for (let next = this.#waiting[0]; next !== undefined && next.firstOffset <= lastOffset; next = this.#waiting[0]) {
      this.#open.add(next.producerId);
      this.#waiting.shift();
    }
    if ((attributes & TRANSACTIONAL) === 0) return false;
    const producerId = batch.readBigInt64BE(43);
    if ((attributes & CONTROL) !== 0) {
      this.#open.delete(producerId);
      return true;
    }
    return this.#open.has(producerId);
  }
}

/** A batch without its envelope. */
interface Batch {
  readonly body: Buffer;
  readonly count: number;
  readonly baseOffset: bigint;
  readonly baseTimestampMs: number;
  /** Time of all records, when the log and not the producer sets it. */
  readonly appendedAtMs: number | undefined;
  /** Records with a lower offset delta are dropped. */
  readonly skipBelow: number;
}

function openBatch(batch: Buffer, baseOffset: bigint, attributes: number, from: bigint): Batch {
  const plain = batch.subarray(HEADER_BYTES);
  return {
    body: (attributes & 7) === 0 ? plain : decompress(attributes & 7, plain),
    count: batch.readInt32BE(57),
    baseOffset,
    baseTimestampMs: int64(batch, 27),
    appendedAtMs: (attributes & LOG_APPEND_TIME) === 0 ? undefined : int64(batch, 35),
    skipBelow: from > baseOffset ? Number(from - baseOffset) : 0, // V8 deoptimises code that turns bigints into numbers
  };
}

/** Whole batches; their records are decoded on access. */
export class DecodedBatches implements LogEntries {
  /** The offset after the last whole batch, including empty and control batches; undefined when there was none. */
  readonly nextOffset: bigint | undefined;
  readonly #batches: readonly Batch[];
  #records: LogRecord[] | undefined;

  constructor(batches: readonly Batch[], nextOffset: bigint | undefined) {
    this.#batches = batches;
    this.nextOffset = nextOffset;
  }

  get records(): readonly LogRecord[] {
    if (this.#records !== undefined) return this.#records;
    const records: LogRecord[] = [];
    for (const batch of this.#batches) readRecords(batch, records);
    this.#records = records;
    return records;
  }

  each(visit: EntryVisitor): number {
    let count = 0;
    for (const batch of this.#batches) count += visitEntries(batch, visit);
    return count;
  }
}

function readRecords({ body, count, baseOffset, baseTimestampMs, appendedAtMs, skipBelow }: Batch, out: LogRecord[]) {
  const cursor = new Cursor(body);
  for (let i = 0; i < count; i++) {
    const end = cursor.varint() + cursor.at;
    cursor.at += 1;
    const createdAtMs = baseTimestampMs + cursor.varlong();
    const delta = cursor.varint();
    if (delta >= skipBelow) {
      out.push({
        offset: baseOffset + BigInt(delta),
        timestampMs: appendedAtMs ?? createdAtMs,
        key: cursor.bytes(),
        value: cursor.bytes(),
        headers: cursor.headers(),
      });
    }
    cursor.at = end;
  }
}

function visitEntries({ body, count, skipBelow }: Batch, visit: EntryVisitor): number {
  const cursor = new Cursor(body);
  let visited = 0;
  for (let i = 0; i < count; i++) {
    const end = cursor.varint() + cursor.at;
    cursor.at += 1;
    cursor.varlong();
    if (cursor.varint() >= skipBelow) {
      visited += 1;
      const keyLength = cursor.varint();
      const keyStart = cursor.at;
      if (keyLength >= 0) {
        const keyEnd = keyStart + keyLength;
        cursor.at = keyEnd;
        const valueLength = cursor.varint();
        visit(body, keyStart, keyEnd, cursor.at, valueLength < 0 ? -1 : cursor.at + valueLength);
      }
    }
    cursor.at = end;
  }
  return visited;
}

function int64(buffer: Buffer, at: number): number {
  return buffer.readInt32BE(at) * 0x1_0000_0000 + buffer.readUInt32BE(at + 4);
}

/** Reads zigzag varints, and the byte strings after them. */
class Cursor {
  at = 0;
  readonly #buffer: Buffer;

  constructor(buffer: Buffer) {
    this.#buffer = buffer;
  }

  varint(): number {
    let byte = this.#buffer[this.at++] ?? 0;
    let value = byte & 0x7f;
    for (let shift = 7; byte >= 0x80 && shift < 35; shift += 7) {
      byte = this.#buffer[this.at++] ?? 0;
      value |= (byte & 0x7f) << shift;
    }
    return (value >>> 1) ^ -(value & 1);
  }

  /** Exact up to 2^53; timestamps and their deltas are far below. */
  varlong(): number {
    let byte = this.#buffer[this.at++] ?? 0;
    let value = byte & 0x7f;
    for (let factor = 0x80; byte >= 0x80; factor *= 0x80) {
      byte = this.#buffer[this.at++] ?? 0;
      value += (byte & 0x7f) * factor;
    }
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  bytes(): Buffer | null {
    const length = this.varint();
    if (length < 0) return null;
    const start = this.at;
    this.at += length;
    return this.#buffer.subarray(start, this.at);
  }

  headers(): LogHeaders {
    const count = this.varint();
    if (count <= 0) return NO_HEADERS;
    const headers: [string, Buffer][] = [];
    for (let i = 0; i < count; i++) {
      const name = this.bytes()?.toString('utf8') ?? '';
      headers.push([name, this.bytes() ?? Buffer.alloc(0)]);
    }
    return headers;
  }
}
