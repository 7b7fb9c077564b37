import { matches, type ViolationFilter } from '../queries/violation-filter.ts';
import { type Offsets, offsetsCursor } from './cursor.ts';
import type { ViolationEventItem } from './violation-events.ts';
import type { ViolationRecord } from './violation-feed.ts';

/** Where one subscriber stands in the log, and what each record is to them. */
export class SubscriberPlace {
  readonly #filterNow: () => ViolationFilter | undefined;
  readonly #end: () => void;
  #position: bigint[];
  #seenAtMs = Date.now();

  /** `filterNow` undefined: they may see nothing any more, and `end` is called. */
  constructor(position: Offsets, filterNow: () => ViolationFilter | undefined, end: () => void) {
    this.#position = [...position];
    this.#filterNow = filterNow;
    this.#end = end;
  }

  /** Undefined: already given, or not for them. */
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

  /** Records were lost to them since `fromMs` (absent: since the last one seen); they go on at `resumeAt`. */
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
