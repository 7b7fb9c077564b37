import { Buffer } from 'node:buffer';
import type { EncodedRequest } from './cluster.ts';

/** Writes Kafka's primitive types, big-endian, into a buffer that grows. */
export class Writer {
  #buffer: Buffer;
  #length = 0;

  /** Reserving the expected size avoids copies. */
  constructor(reservedBytes = 512) {
    this.#buffer = Buffer.allocUnsafe(reservedBytes);
  }

  int8(value: number): this {
    this.#reserve(1);
    this.#length = this.#buffer.writeInt8(value, this.#length);
    return this;
  }

  int16(value: number): this {
    this.#reserve(2);
    this.#length = this.#buffer.writeInt16BE(value, this.#length);
    return this;
  }

  int32(value: number): this {
    this.#reserve(4);
    this.#length = this.#buffer.writeInt32BE(value, this.#length);
    return this;
  }

  int64(value: bigint): this {
    this.#reserve(8);
    this.#length = this.#buffer.writeBigInt64BE(value, this.#length);
    return this;
  }

  string(value: string): this {
    const bytes = Buffer.from(value);
    this.int16(bytes.length).#reserve(bytes.length);
    this.#length += bytes.copy(this.#buffer, this.#length);
    return this;
  }

  nullableString(value: string | null): this {
    return value === null ? this.int16(-1) : this.string(value);
  }

  bytes(value: Buffer): this {
    this.int32(value.length).#reserve(value.length);
    this.#length += value.copy(this.#buffer, this.#length);
    return this;
  }

  array<T>(items: readonly T[], write: (item: T) => void): this {
    this.int32(items.length);
    for (const item of items) write(item);
    return this;
  }

  /** Kafka's UNSIGNED_VARINT. */
  varint(value: number): this {
    let left = value;
    for (; left > 0x7f; left >>>= 7) this.int8((left & 0x7f) - 0x80);
    return this.int8(left);
  }

  /** `id`: 32 hexadecimal digits. */
  uuid(id: string): this {
    this.#reserve(16);
    this.#length += this.#buffer.write(id, this.#length, 'hex');
    return this;
  }

  compactString(value: string): this {
    const bytes = Buffer.from(value);
    this.varint(bytes.length + 1).#reserve(bytes.length);
    this.#length += bytes.copy(this.#buffer, this.#length);
    return this;
  }

  compactArray<T>(items: readonly T[], write: (item: T) => void): this {
    this.varint(items.length + 1);
    for (const item of items) write(item);
    return this;
  }

  /** The end of a structure of a flexible version. */
  noTags(): this {
    return this.int8(0);
  }

  done(): Buffer {
    return this.#buffer.subarray(0, this.#length);
  }

  asRequest(): EncodedRequest {
    return { buf: this.#buffer, buffer: this.done() };
  }

  #reserve(bytes: number): void {
    if (this.#length + bytes <= this.#buffer.length) return;
    const grown = Buffer.allocUnsafe(Math.max(this.#buffer.length * 2, this.#length + bytes));
    this.#buffer.copy(grown, 0, 0, this.#length);
    this.#buffer = grown;
  }
}

/** Reads the same types; byte strings are slices of the given buffer. */
export class Reader {
  readonly #buffer: Buffer;
  #at = 0;

  constructor(buffer: Buffer) {
    this.#buffer = buffer;
  }

  get left(): number {
    return this.#buffer.length - this.#at;
  }

  int16(): number {
    this.#at += 2;
    return this.#buffer.readInt16BE(this.#at - 2);
  }

  int32(): number {
    this.#at += 4;
    return this.#buffer.readInt32BE(this.#at - 4);
  }

  int64(): bigint {
    this.#at += 8;
    return this.#buffer.readBigInt64BE(this.#at - 8);
  }

  string(): string {
    return this.#take(this.int16()).toString('utf8');
  }

  bytes(): Buffer {
    return this.#take(this.int32());
  }

  array<T>(read: () => T): T[] {
    const count = this.int32();
    const items: T[] = [];
    for (let i = 0; i < count; i++) items.push(read());
    return items;
  }

  skip(bytes: number): void {
    this.#at += bytes;
  }

  varint(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.#buffer.readUInt8(this.#at++);
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  }

  uuid(): string {
    return this.#take(16).toString('hex');
  }

  /** '' for null. */
  compactString(): string {
    return this.compactBytes().toString('utf8');
  }

  /** Empty for null. */
  compactBytes(): Buffer {
    return this.#take(this.varint() - 1);
  }

  /** [] for null. */
  compactArray<T>(read: () => T): T[] {
    const count = this.varint() - 1;
    const items: T[] = [];
    for (let i = 0; i < count; i++) items.push(read());
    return items;
  }

  /** Skips the tagged fields at the end of a structure. */
  tags(): void {
    for (let count = this.varint(); count > 0; count--) {
      this.varint();
      this.skip(this.varint());
    }
  }

  #take(length: number): Buffer {
    const start = this.#at;
    this.#at += Math.max(0, length);
    return this.#buffer.subarray(start, this.#at);
  }
}
