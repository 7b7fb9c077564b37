/** Longer than any part of a header that is read. */
export const HEADER_BYTES = 256;

/** Reads bits from the left; zeros after the end. */
export class Bits {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  u(count: number): number {
    let value = 0;
    for (let bit = 0; bit < count; bit++, this.#at++)
      value = value * 2 + (((this.#bytes[this.#at >> 3] ?? 0) >> (7 - (this.#at & 7))) & 1);
    return value;
  }

  /** Exp-Golomb code (9.1). */
  ue(): number {
    let zeros = 0;
    while (zeros < 32 && this.u(1) === 0) zeros++;
    return 2 ** zeros - 1 + this.u(zeros);
  }

  se(): number {
    const code = this.ue();
    return code % 2 === 0 ? -code / 2 : (code + 1) / 2;
  }
}

/** The bits from a byte on, without the bytes that keep a start code from occurring (7.4.1). */
export function bitsAt(packet: Buffer, at: number): Bits {
  const bytes = packet.subarray(at, at + HEADER_BYTES);
  const kept = bytes.filter((byte, index) => !(byte === 3 && bytes[index - 1] === 0 && bytes[index - 2] === 0));
  return new Bits(Buffer.from(kept));
}
