import { CODECS, type CodecName, compress } from './compression.ts';
import { crc32c } from './crc32c.ts';
import type { LogHeaders, OutgoingRecord } from './log-client.ts';

/** The producer of a batch, by which the log detects a repeated batch (KIP-98). */
export interface BatchProducer {
  readonly producerId: bigint;
  readonly producerEpoch: number;
  readonly baseSequence: number;
  readonly isTransactional: boolean;
}

const HEADER_BYTES = 61;
const TRANSACTIONAL = 0x10;
/** Largest overhead of a record: length, attributes, time and offset deltas, number of headers. */
const MAX_OVERHEAD_BYTES = 5 + 1 + 8 + 5 + 5;
const MAX_INT32 = 0x7fff_ffff;
const NO_HEADERS: LogHeaders = [];
const NO_NAMED: readonly (readonly [name: Buffer, content: Buffer])[] = [];

/** One record batch, magic 2; layout in `record-batch.ts`. Records without a time get `nowMs`. */
export function encodeBatch(
  records: readonly OutgoingRecord[],
  producer: BatchProducer,
  codec: CodecName,
  nowMs: number,
): Buffer {
  const baseTimestampMs = records[0]?.timestampMs ?? nowMs;
  let maxTimestampMs = baseTimestampMs;
  let boundBytes = HEADER_BYTES;
  for (const record of records) boundBytes += boundOf(record);
  const writer = new RecordWriter(boundBytes, HEADER_BYTES);
  let offsetDelta = 0;
  for (const record of records) {
    const timestampMs = record.timestampMs ?? nowMs;
    if (timestampMs > maxTimestampMs) maxTimestampMs = timestampMs;
    writer.record(record, timestampMs - baseTimestampMs, offsetDelta++);
  }
  const batch = compressed(writer.done(), codec);
  batch.writeBigInt64BE(0n, 0);
  batch.writeInt32BE(batch.length - 12, 8);
  batch.writeInt32BE(-1, 12);
  batch.writeInt8(2, 16);
  batch.writeInt16BE(CODECS[codec] | (producer.isTransactional ? TRANSACTIONAL : 0), 21);
  batch.writeInt32BE(records.length - 1, 23);
  batch.writeBigInt64BE(BigInt(Math.trunc(baseTimestampMs)), 27);
  batch.writeBigInt64BE(BigInt(Math.trunc(maxTimestampMs)), 35);
  batch.writeBigInt64BE(producer.producerId, 43);
  batch.writeInt16BE(producer.producerEpoch, 51);
  batch.writeInt32BE(producer.baseSequence, 53);
  batch.writeInt32BE(records.length, 57);
  batch.writeUInt32BE(crc32c(batch.subarray(21)), 17);
  return batch;
}

/** Compresses the records only; the header before them is written later. */
function compressed(batch: Buffer, codec: CodecName): Buffer {
  if (codec === 'none') return batch;
  return Buffer.concat([batch.subarray(0, HEADER_BYTES), compress(codec, batch.subarray(HEADER_BYTES))]);
}

/** Upper bound of a record's bytes in a batch. */
export function boundOf({
  key,
  value,
  headers = NO_HEADERS,
}: Pick<OutgoingRecord, 'key' | 'value' | 'headers'>): number {
  let bytes = MAX_OVERHEAD_BYTES + sizeOfBytes(key) + sizeOfBytes(value);
  for (const [name, content] of headers) bytes += 5 + name.length * 3 + sizeOfBytes(content);
  return bytes;
}

class RecordWriter {
  readonly #buffer: Buffer;
  #at: number;

  constructor(boundBytes: number, startAt: number) {
    this.#buffer = Buffer.allocUnsafe(boundBytes);
    this.#at = startAt;
  }

  record({ key, value, headers = NO_HEADERS }: OutgoingRecord, timestampDelta: number, offsetDelta: number): void {
    const named =
      headers.length === 0 ? NO_NAMED : headers.map(([name, content]) => [Buffer.from(name), content] as const);
    let length = 1 + sizeOfVarint(timestampDelta) + sizeOfVarint(offsetDelta) + sizeOfBytes(key) + sizeOfBytes(value);
    length += sizeOfVarint(named.length);
    for (const [name, content] of named) length += sizeOfBytes(name) + sizeOfBytes(content);
    this.#varint(length);
    this.#buffer[this.#at++] = 0;
    this.#varint(timestampDelta);
    this.#varint(offsetDelta);
    this.#bytes(key);
    this.#bytes(value);
    this.#varint(named.length);
    for (const [name, content] of named) {
      this.#bytes(name);
      this.#bytes(content);
    }
  }

  /** All bytes written; those before `startAt` are uninitialised. */
  done(): Buffer {
    return this.#buffer.subarray(0, this.#at);
  }

  #bytes(bytes: Buffer | null): void {
    if (bytes === null) {
      this.#varint(-1);
      return;
    }
    this.#varint(bytes.length);
    this.#buffer.set(bytes, this.#at);
    this.#at += bytes.length;
  }

  #varint(value: number): void {
    let rest = zigzag(value);
    for (; rest > MAX_INT32; rest = Math.floor(rest / 0x80)) this.#buffer[this.#at++] = (rest % 0x80) | 0x80;
    for (; rest >= 0x80; rest >>>= 7) this.#buffer[this.#at++] = (rest & 0x7f) | 0x80;
    this.#buffer[this.#at++] = rest;
  }
}

/** Zigzag of an integer below 2^52, which exceeds 32-bit arithmetic. */
function zigzag(value: number): number {
  return value < 0 ? -2 * value - 1 : 2 * value;
}

function sizeOfVarint(value: number): number {
  let size = 1;
  let rest = zigzag(value);
  for (; rest > MAX_INT32; rest = Math.floor(rest / 0x80)) size += 1;
  for (; rest >= 0x80; rest >>>= 7) size += 1;
  return size;
}

function sizeOfBytes(bytes: Buffer | null): number {
  return bytes === null ? 1 : sizeOfVarint(bytes.length) + bytes.length;
}
