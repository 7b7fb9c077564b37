import { NamesByTime } from './names-by-time.ts';
import { OrderedNames, type Span } from './ordered-names.ts';

const NONE: readonly string[] = [];

/**
 * Values by name. A point read is one Map lookup. An order, by name or by the time in the name, is kept from the first
 * ordered read on.
 */
export class OrderedMap<T> {
  readonly #values = new Map<string, T>();
  readonly #timeOf: ((name: string) => number) | undefined;
  #order: OrderedNames | undefined;
  #times: NamesByTime | undefined;
  /** Lower bound of the times of all names. */
  #earliestMs = Number.POSITIVE_INFINITY;

  constructor(timeOf: ((name: string) => number) | undefined) {
    this.#timeOf = timeOf;
  }

  get size(): number {
    return this.#values.size;
  }

  get(name: string): T | undefined {
    return this.#values.get(name);
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }

  set(name: string, value: T): void {
    const { size } = this.#values;
    this.#values.set(name, value);
    if (this.#values.size > size) this.#onNew(name);
  }

  delete(name: string): boolean {
    if (!this.#values.delete(name)) return false;
    this.#order?.delete(name);
    if (this.#times && this.#timeOf) this.#times.delete(this.#timeOf(name), name);
    return true;
  }

  /** In the order of their first set. */
  entries(): Iterable<[string, T]> {
    return this.#values;
  }

  names(): Iterable<string> {
    return this.#values.keys();
  }

  slice(span: Span): readonly string[] {
    if (this.#values.size === 0) return NONE;
    this.#order ??= new OrderedNames(this.#values.keys());
    return this.#order.slice(span);
  }

  /** Names with a time in (`afterMs`, `upToMs`], earliest first. */
  namesByTime(afterMs: number, upToMs: number): readonly string[] {
    const timeOf = this.#timeOf;
    if (timeOf === undefined || upToMs < this.#earliestMs || upToMs <= afterMs) return NONE;
    this.#times ??= this.#sortedByTime(timeOf);
    this.#earliestMs = this.#times.earliestMs();
    return this.#times.between(afterMs, upToMs);
  }

  #sortedByTime(timeOf: (name: string) => number): NamesByTime {
    const times = new NamesByTime();
    const timed = Array.from(this.#values.keys(), name => ({ name, timeMs: timeOf(name) }));
    for (const { name, timeMs } of timed.sort((a, b) => a.timeMs - b.timeMs)) times.add(timeMs, name);
    return times;
  }

  #onNew(name: string): void {
    this.#order?.add(name);
    if (this.#timeOf === undefined) return;
    const timeMs = this.#timeOf(name);
    if (timeMs < this.#earliestMs) this.#earliestMs = timeMs;
    this.#times?.add(timeMs, name);
  }
}
