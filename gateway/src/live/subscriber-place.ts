import { matches, type ViolationFilter } from '../arguments/violation-filter.ts';
import { type Offsets, offsetsCursor } from './cursor.ts';
import type { ViolationEventItem } from './violation-event-item.ts';
import type { ViolationRecord } from './violation-record.ts';

/** One subscriber's position in the log. Turns records into their events. */
export class SubscriberPlace {
  readonly #filterNow: () => ViolationFilter | undefined;
  readonly #end: () => void;
  #position: bigint[];
  #seenAtMs = Date.now();

  /** `filterNow` returns undefined when the subscriber may see nothing any more; then `end` is called. */
  constructor(position: Offsets, filterNow: () => ViolationFilter | undefined, end: () => void) {
    this.#position = [...position];
    this.#filterNow = filterNow;
    this.#end = end;
  }

  /** The event of a record; undefined: it was given already, or the filter excludes it. */
  event({ partition, offset, writtenAtMs, value }: ViolationRecord): ViolationEventItem | undefined {
    if (offset < (this.#position[partition] ?? 0n)) return undefined;
    this.#position[partition] = offset + 1n;
    this.#seenAtMs = writtenAtMs;
    const filter = this.#filterNow();
    if (filter === undefined) this.#end();
    else if (matches(filter, value))
      return { kind: 'event', cursor: this.#cursor, partition, offset: Number(offset), violation: value };
    return undefined;
  }

  heartbeat(): ViolationEventItem {
    return { kind: 'heartbeat', cursor: this.#cursor, atMs: Date.now() };
  }

  /** The gap after lost records since `fromMs` (absent: since the last one seen). The subscriber goes on at `resumeAt`. */
  lost(loss: { readonly reason: string; readonly resumeAt: Offsets; readonly fromMs?: number }): ViolationEventItem {
    this.#position = [...loss.resumeAt];
    const fromMs = loss.fromMs ?? this.#seenAtMs;
    this.#seenAtMs = Date.now();
    return { kind: 'gap', cursor: this.#cursor, fromMs, toMs: this.#seenAtMs, reason: loss.reason };
  }

  get #cursor(): string {
    return offsetsCursor(this.#position);
  }
}
