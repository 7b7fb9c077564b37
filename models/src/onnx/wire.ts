import protobuf from 'protobufjs/minimal.js';
import { ModelFileRefusedError } from '../errors.ts';

/** A protobuf tag: field number and kind on the wire. A field of another kind than expected is skipped, as unknown. */
export const varint = (field: number): number => field << 3;
export const bytes = (field: number): number => (field << 3) | 2;

const MOST_FIELDS = 10_000_000;
const MOST_MESSAGES = 2_000_000;
const LONGEST_TEXT_BYTES = 4 << 20;

/**
 * Walks a protobuf file field by field, so that only what the caller keeps takes memory. Every step is bounded by the
 * enclosing message and by the limits above. Throws ModelFileRefusedError for bytes that are no protobuf.
 */
export class Wire {
  readonly #reader: protobuf.Reader;
  #fields = 0;
  #messages = 0;

  constructor(data: Uint8Array) {
    this.#reader = protobuf.Reader.create(data);
  }

  /** The fields from here to the end of the file. */
  all(read: (tag: number) => void): void {
    this.#each(this.#reader.len, read);
  }

  /** The fields of a message inside the current one. */
  message(read: (tag: number) => void): void {
    if (++this.#messages > MOST_MESSAGES) throw damaged(`it has more than ${MOST_MESSAGES} parts`);
    this.#each(this.#endOfBytes(), read);
  }

  text(): string {
    const end = this.#endOfBytes();
    const { buf, pos } = this.#reader;
    if (end - pos > LONGEST_TEXT_BYTES) throw damaged(`it has a name of ${end - pos} bytes`);
    this.#reader.pos = end;
    return Buffer.from(buf.buffer, buf.byteOffset + pos, end - pos).toString('utf8');
  }

  /** A whole number; those beyond 2^53 are rounded. */
  number(): number {
    return Number(String(this.#reader.int64()));
  }

  /** The whole numbers of a packed field. */
  numbers(take: (value: number) => void): void {
    const end = this.#endOfBytes();
    while (this.#reader.pos < end) {
      if (++this.#fields > MOST_FIELDS) throw damaged(`it has more than ${MOST_FIELDS} fields`);
      take(this.number());
    }
  }

  #each(end: number, read: (tag: number) => void): void {
    const reader = this.#reader;
    while (reader.pos < end) {
      if (++this.#fields > MOST_FIELDS) throw damaged(`it has more than ${MOST_FIELDS} fields`);
      const tag = reader.tag();
      const from = reader.pos;
      read(tag);
      if (reader.pos === from) reader.skipType(tag & 7);
      if (reader.pos > end) throw damaged(`a part reaches beyond its end at byte ${end}`);
    }
  }

  #endOfBytes(): number {
    const length = this.#reader.uint32();
    const end = this.#reader.pos + length;
    if (end > this.#reader.len)
      throw damaged(`${end - this.#reader.len} bytes are missing at its end, so it was not copied completely`);
    return end;
  }
}

const damaged = (problem: string): ModelFileRefusedError =>
  new ModelFileRefusedError('damaged', `the file is damaged: ${problem}. Copy it again, or export it again`);
