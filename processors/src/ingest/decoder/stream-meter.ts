import type { MeasuredStream } from './protocol.ts';

/** What came of a stream so far. */
export interface Came {
  readonly packets: number;
  readonly bytes: number;
}

/** Measures how much a camera sends, from one call to the next. */
export class StreamMeter {
  #last: Came & { readonly atMs: number };

  constructor(nowMs: number) {
    this.#last = { atMs: nowMs, packets: 0, bytes: 0 };
  }

  /** Pictures and bits per second since the last call. A packet is a picture. */
  take({ packets, bytes }: Came, nowMs: number): Pick<MeasuredStream, 'fps' | 'bitsPerSecond'> {
    const { atMs, packets: packetsBefore, bytes: bytesBefore } = this.#last;
    const seconds = Math.max(0.001, (nowMs - atMs) / 1_000);
    this.#last = { atMs: nowMs, packets, bytes };
    return {
      fps: (packets - packetsBefore) / seconds,
      bitsPerSecond: Math.round(((bytes - bytesBefore) * 8) / seconds),
    };
  }
}
