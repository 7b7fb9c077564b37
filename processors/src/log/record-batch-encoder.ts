import { CODECS, type CodecName, compress } from './compression.ts';
import { crc32c } from './crc32c.ts';
import type { OutgoingRecord } from './log-client.ts';

/** Who writes a batch, so that the log can tell a repetition from a new one (KIP-98). */
export interface BatchProducer {
  readonly producerId: bigint;
  readonly producerEpoch: number;
  readonly baseSequence: number;
  readonly isTransactional: boolean;
}

const HEADER_BYTES = 61;
const TRANSACTIONAL = 0x10;
const MAX_VARINT_BYTES = 10;

/** One record batch, magic 2; layout in `record-batch.ts`. Records without a time get `nowMs`. */
export function encodeBatch(
  records: readonly OutgoingRecord[],
  producer: BatchProducer,
  codec: CodecName,
  nowMs: number,
): Buffer {
  const baseTimestampMs = records[0]?.timestampMs ?? nowMs;
  let maxTimestampMs = baseTimestampMs;
  const body = new RecordWriter(records.reduce((sum, record) => sum + boundOf(record), 0));
  for (const [offsetDelta, record] of records.entries()) {
    const timestampMs = record.timestampMs ?? nowMs;
    if (timestampMs > maxTimestampMs) maxTimestampMs = timestampMs;
    body.record(record, timestampMs - baseTimestampMs, offsetDelta);
  }
  const content = compress(codec, body.done());
  const batch = Buffer.allocUnsafe(HEADER_BYTES + content.length);
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
  content.copy(batch, HEADER_BYTES);
  batch.writeUInt32BE(crc32c(batch.subarray(21)), 17);
  return batch;
}

/** At least as many bytes as the record takes in a batch. */
export function boundOf({ key, value, headers = [] }: OutgoingRecord): number {
  let bytes = 6 * MAX_VARINT_BYTES + (key?.length ?? 0) + (value?.length ?? 0);
  for (const [name, content] of headers) bytes += name.length * 3 + content.length + 2 * MAX_VARINT_BYTES;
  return bytes;
}

class RecordWriter {
  readonly #buffer: Buffer;
  #at = 0;

  constructor(boundBytes: number) {
    this.#buffer = Buffer.allocUnsafe(boundBytes);
  }

  record({ key, value, headers = [] }: OutgoingRecord, timestampDelta: number, offsetDelta: number): void {
    const names = headers.map(([name]) => Buffer.from(name));
    let length = 1 + sizeOfVarint(timestampDelta) + sizeOfVarint(offsetDelta) + sizeOfBytes(key) + sizeOfBytes(value);
    length += sizeOfVarint(headers.length);
    for (const [index, name] of names.entries()) length += sizeOfBytes(name) + sizeOfBytes(headers[index]?.[1] ?? null);
    this.#varint(length);
    this.#buffer[this.#at++] = 0;
    this.#varint(timestampDelta);
    this.#varint(offsetDelta);
    this.#bytes(key);
    this.#bytes(value);
    this.#varint(headers.length);
    for (const [index, name] of names.entries()) {
      this.#bytes(name);
      this.#bytes(headers[index]?.[1] ?? null);
    }
  }

  done(): Buffer {
    return this.#buffer.subarray(0, this.#at);
  }

  #bytes(bytes: Buffer | null): void {
    if (bytes === null) {
      this.#varint(-1);
      return;
    }
    this.#varint(bytes.length);
    this.#at += bytes.copy(this.#buffer, this.#at);
  }

  #varint(value: number): void {
    let rest = zigzag(value);
    while (rest >= 0x80) {
      this.#buffer[this.#at++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    this.#buffer[this.#at++] = rest;
  }
}

/** Zigzag of an integer below 2^52, without 32-bit arithmetic. */
function zigzag(value: number): number {
  return value < 0 ? -2 * value - 1 : 2 * value;
}

function sizeOfVarint(value: number): number {
  let size = 1;
  for (let rest = zigzag(value); rest >= 0x80; rest = Math.floor(rest / 0x80)) size += 1;
  return size;
}

function sizeOfBytes(bytes: Buffer | null): number {
  return bytes === null ? 1 : sizeOfVarint(bytes.length) + bytes.length;
}
