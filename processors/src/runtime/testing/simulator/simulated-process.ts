import type { Clock, Timer } from '../../../log/clock.ts';
import type { Random } from './random.ts';
import type { VirtualTime } from './virtual-time.ts';

const NEW_YEAR_2026_MS = 1_767_225_600_000;

/**
 * One process: its clock and its connection to the world. Dead: nothing reaches it. Stalled: everything reaches it
 * later, in order.
 */
export class SimulatedProcess implements Clock {
  readonly name: string;
  readonly #time: VirtualTime;
  readonly #random: Random;
  readonly #workMs: number;
  readonly #skewMs: number;
  #isAlive = true;
  /** Nothing is handled before this time. */
  #freeMs = 0;
  readonly #onDeath: () => void;

  constructor(name: string, time: VirtualTime, random: Random, workMs: number, onDeath: () => void) {
    this.name = name;
    this.#time = time;
    this.#random = random;
    this.#workMs = workMs;
    this.#skewMs = random.int(-2000, 2000);
    this.#onDeath = onDeath;
  }

  get isAlive(): boolean {
    return this.#isAlive;
  }

  nowMs(): number {
    return NEW_YEAR_2026_MS + this.#skewMs + Math.floor(this.#time.nowMs);
  }

  /** Between two reads of the clock the process did some work. */
  monotonicMs(): number {
    this.#freeMs = Math.max(this.#freeMs, this.#time.nowMs) + this.#random.next() * this.#workMs;
    return this.#freeMs;
  }

  setTimer(callback: () => void, ms: number): Timer {
    return this.deliver(callback, ms);
  }

  soon(callback: () => void): void {
    this.deliver(callback, 0);
  }

  /**
   * Calls back in this process, not before `ms` have passed and not while it stalls or works. A dead process gets no
   * call.
   */
  deliver(callback: () => void, ms: number): Timer {
    let timer: Timer;
    const arrive = () => {
      if (!this.#isAlive) return;
      if (this.#time.nowMs < this.#freeMs) timer = this.#time.at(this.#freeMs, arrive);
      else callback();
    };
    timer = this.#time.after(ms, arrive);
    return { cancel: () => timer.cancel() };
  }

  stall(ms: number): void {
    this.#freeMs = Math.max(this.#freeMs, this.#time.nowMs) + ms;
  }

  /** Like kill -9. */
  crash(): void {
    if (!this.#isAlive) return;
    this.#isAlive = false;
    this.#onDeath();
  }
}
