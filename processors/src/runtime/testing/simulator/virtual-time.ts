import type { Timer } from '../../../log/clock.ts';

interface Event {
  readonly atMs: number;
  readonly sequence: number;
  run: (() => void) | undefined;
}

/**
 * Virtual time, which jumps from one event to the next. All promises that an event settles run before the next event.
 * So the order of events is the only order: by time, then by the order of the calls.
 */
export class VirtualTime {
  readonly #heap: Event[] = [];
  #nowMs = 0;
  #sequence = 0;
  /** Number of events so far. */
  events = 0;

  get nowMs(): number {
    return this.#nowMs;
  }

  after(ms: number, run: () => void): Timer {
    return this.at(this.#nowMs + Math.max(0, ms), run);
  }

  at(atMs: number, run: () => void): Timer {
    const event: Event = { atMs: Math.max(atMs, this.#nowMs), sequence: this.#sequence++, run };
    this.#push(event);
    return {
      cancel: () => {
        event.run = undefined;
      },
    };
  }

  /** Runs events until `isOver`, called after each, returns true, or no event is left. */
  async run(isOver: () => boolean): Promise<void> {
    for (let event = this.#pop(); event !== undefined; event = this.#pop()) {
      if (event.run === undefined) continue;
      this.#nowMs = event.atMs;
      this.events += 1;
      event.run();
      await new Promise(resolve => setImmediate(resolve));
      if (isOver()) return;
    }
  }

  #push(event: Event): void {
    const heap = this.#heap;
    let index = heap.length;
    heap.push(event);
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || isBefore(above, event)) break;
      heap[index] = above;
      index = parent;
    }
    heap[index] = event;
  }

  #pop(): Event | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    let index = 0;
    for (;;) {
      const left = heap[2 * index + 1];
      const right = heap[2 * index + 2];
      const smaller = left !== undefined && right !== undefined && isBefore(right, left) ? right : left;
      if (smaller === undefined || isBefore(last, smaller)) break;
      heap[index] = smaller;
      index = 2 * index + (smaller === left ? 1 : 2);
    }
    heap[index] = last;
    return first;
  }
}

function isBefore(a: Event, b: Event): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.sequence < b.sequence);
}
