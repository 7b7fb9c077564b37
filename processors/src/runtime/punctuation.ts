import type { Cancellable, PunctuationType } from './processor.ts';

interface Schedule {
  readonly type: PunctuationType;
  readonly intervalMs: number;
  readonly node: string;
  readonly callback: (timestampMs: number) => void;
  /** The time at which it is due; undefined until the present time of its type is known. */
  dueMs: number | undefined;
}

/** A task's punctuators. A tick runs once however much time passed; missed ticks are not repeated (D8). */
export class Punctuations {
  readonly #schedules = new Set<Schedule>();

  schedule(
    node: string,
    type: PunctuationType,
    intervalMs: number,
    callback: (timestampMs: number) => void,
  ): Cancellable {
    if (!(intervalMs >= 1))
      throw new RangeError(`the interval of a punctuator is ${intervalMs} ms, but must be at least 1`);
    const schedule = { type, intervalMs, node, callback, dueMs: undefined };
    this.#schedules.add(schedule);
    return { cancel: () => void this.#schedules.delete(schedule) };
  }

  has(type: PunctuationType): boolean {
    if (this.#schedules.size === 0) return false;
    for (const schedule of this.#schedules) if (schedule.type === type) return true;
    return false;
  }

  /**
   * Stream time ticks at the first record and then at multiples of the interval; the clock first ticks one interval
   * after the start.
   */
  *due(type: PunctuationType, timeMs: number): Generator<{ node: string; tick: () => void }> {
    if (timeMs < 0) return;
    for (const schedule of this.#schedules) {
      if (schedule.type !== type) continue;
      schedule.dueMs ??= type === 'stream-time' ? 0 : timeMs + schedule.intervalMs;
      if (timeMs < schedule.dueMs) continue;
      const missed = Math.floor((timeMs - schedule.dueMs) / schedule.intervalMs);
      schedule.dueMs += (missed + 1) * schedule.intervalMs;
      yield { node: schedule.node, tick: () => schedule.callback(timeMs) };
    }
  }
}
