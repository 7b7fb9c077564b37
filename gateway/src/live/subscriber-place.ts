import { matches, type ViolationFilter } from '../arguments/violation-filter.ts';
import { type LogPosition, writeCursor } from './cursor.ts';
import type { ViolationEventItem } from './violation-event-item.ts';
import type { ViolationRecord } from './violation-record.ts';

/** One subscriber's position in the log. Turns records into their events. */
export class SubscriberPlace {
  readonly #filterNow: () => ViolationFilter | undefined;
  readonly #end: () => void;
  #topicId: string;
  #offsets: bigint[];
  #seenAtMs = Date.now();

  /** `filterNow` returns undefined when the subscriber may see nothing any more; then `end` is called. */
  constructor({ topicId, offsets }: LogPosition, filterNow: () => ViolationFilter | undefined, end: () => void) {
    this.#topicId = topicId;
    this.#offsets = [...offsets];
    this.#filterNow = filterNow;
    this.#end = end;
  }

  /** The event of a record; undefined: it was given already, or the filter excludes it. */
  event({ partition, offset, writtenAtMs, value }: ViolationRecord): ViolationEventItem | undefined {
    if (offset < (this.#offsets[partition] ?? 0n)) return undefined;
    this.#offsets[partition] = offset + 1n;
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
  lost(loss: {
    readonly reason: string;
    readonly resumeAt: LogPosition;
    readonly fromMs?: number;
  }): ViolationEventItem {
    this.#topicId = loss.resumeAt.topicId;
    this.#offsets = [...loss.resumeAt.offsets];
    const fromMs = loss.fromMs ?? this.#seenAtMs;
    this.#seenAtMs = Date.now();
    return { kind: 'gap', cursor: this.#cursor, fromMs, toMs: this.#seenAtMs, reason: loss.reason };
  }

  get #cursor(): string {
    return writeCursor({ topicId: this.#topicId, offsets: this.#offsets });
  }
}
