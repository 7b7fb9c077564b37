import type { Packet } from 'node-av';

/** A packet that comes sooner after the one before it was waiting already. */
const PAUSE_MS = 2;
/** This many packets are read ahead of the decoder before it has its turn. */
const AHEAD_AT_MOST = 100;
/** More bytes wait only in the network. */
const BYTES_AT_MOST = 32 * 1024 * 1024;

/** A packet of a live source. */
export interface Arrived {
  /** To be freed by the one who took it. */
  readonly packet: Packet;
  /** When it was read, by `performance.now`. */
  readonly cameMs: number;
  /** False: it was waiting already when it was asked for. */
  readonly waitedFor: boolean;
}

/** Packets between the reader of a live source and its decoder. So a slow decoder shows in their age. */
export class PacketQueue {
  readonly #waiting: Arrived[] = [];
  #bytes = 0;
  /** All that came so far. */
  readonly came = { packets: 0, bytes: 0 };
  #ended = false;
  #error: unknown;
  #wake: () => void = () => {};

  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }
  get isFull(): boolean {
    return this.#bytes > BYTES_AT_MOST;
  }

  /** Owns the packet from now on. `cameMs`: when it was read, by `performance.now`. */
  push(packet: Packet, waitedFor: boolean, cameMs = performance.now()): void {
    this.#bytes += packet.size;
    this.came.packets++;
    this.came.bytes += packet.size;
    this.#waiting.push({ packet, cameMs, waitedFor });
    this.#wake();
  }

  /** No packet follows, because of the error if there is one. */
  end(error?: unknown): void {
    if (!this.#ended) this.#error = error;
    this.#ended = true;
    this.#wake();
  }

  /**
   * The next packet, once all that came already are here; undefined at the end. Throws the error of the end.
   */
  async take(): Promise<Arrived | undefined> {
    while (this.isEmpty && !this.#ended) await this.#next();
    // After a packet that was waiting already, more may wait.
    while (this.#waiting.at(-1)?.waitedFor === false && this.#waiting.length < AHEAD_AT_MOST && !this.#ended)
      if (!(await this.#next(PAUSE_MS))) break;
    const arrived = this.#waiting.shift();
    if (arrived !== undefined) this.#bytes -= arrived.packet.size;
    else if (this.#error !== undefined) throw this.#error;
    return arrived;
  }

  /** Waits for a packet or the end. False: none came within this time. */
  async #next(withinMs?: number): Promise<boolean> {
    return await new Promise(resolve => {
      const timer = withinMs === undefined ? undefined : setTimeout(() => resolve(false), withinMs);
      this.#wake = () => {
        clearTimeout(timer);
        resolve(true);
      };
    });
  }

  /** Goes on at the newest key frame that waits. False: none waits, and nothing changed. */
  skipToKeyFrame(): boolean {
    const key = this.#waiting.findLastIndex(({ packet }) => packet.isKeyframe);
    this.#free(Math.max(0, key));
    return key >= 0;
  }

  #free(count: number): void {
    for (const { packet } of this.#waiting.splice(0, count)) {
      this.#bytes -= packet.size;
      packet.free();
    }
  }

  close(): void {
    this.#free(this.#waiting.length);
  }
}

/** Reads the packets of a live camera all the time, whatever its decoder does, so that their times of arrival are true. */
export interface LiveSource {
  readonly packets: PacketQueue;
  /** Makes a blocked read return. */
  interrupt(): void;
  close(): Promise<void>;
}
