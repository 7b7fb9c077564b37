import type { Violation } from '@sightline/schemas';
import { matches, type ViolationFilter } from '../queries/violation-filter.ts';
import { BoundedQueue } from './bounded-queue.ts';
import type { CatchUp, Found } from './catch-up.ts';
import { offsetsCursor, parseCursor } from './cursor.ts';
import type { ViolationFeed, ViolationRecord } from './violation-feed.ts';

/** One item of a subscription; `cursor` is the place right after it. */
export type ViolationEventItem =
  | { readonly kind: 'event'; readonly cursor: string; readonly violation: Violation }
  | { readonly kind: 'heartbeat'; readonly cursor: string; readonly atMs: number }
  /** Events between the two times may be missing: ask for the list anew. */
  | {
      readonly kind: 'gap';
      readonly cursor: string;
      readonly fromMs: number;
      readonly toMs: number;
      readonly reason: string;
    };

export interface ViolationEventsOptions {
  readonly feed: ViolationFeed;
  readonly catchUp: CatchUp;
  /** Default 10 s. */
  readonly heartbeatMs?: number;
  /** Most records that wait for one slow client; default 1,000. */
  readonly queueBound?: number;
}

/** Streams of violations, one per subscriber, that go on where a cursor says: no hole, no double, or a Gap that says so. */
export class ViolationEvents {
  readonly #options: Required<ViolationEventsOptions>;

  constructor(options: ViolationEventsOptions) {
    this.#options = { heartbeatMs: 10_000, queueBound: 1_000, ...options };
  }

  /**
   * `filterNow` is asked for each event, so that a grant taken back holds at once; undefined ends the stream.
   * Throws BadInputError at once when `after` is not a cursor of this stream.
   */
  subscribe(
    filterNow: () => ViolationFilter | undefined,
    after: string | undefined,
  ): AsyncIterableIterator<ViolationEventItem> {
    const { feed, queueBound } = this.#options;
    const now = feed.position;
    const from = after === undefined ? now : parseCursor(after, now.length);
    const queue = new BoundedQueue<ViolationRecord>(queueBound);
    const stopListening = feed.listen({
      onRecord: record => queue.push(record),
      onSkipped: () => queue.overflow(),
    });
    const ending = new AbortController();
    const end = (): void => {
      ending.abort();
      stopListening();
      queue.close();
    };
    const found = this.#options.catchUp.between(from, now, ending.signal);
    const items = this.#items(filterNow, [...from], found, queue, end);
    return {
      [Symbol.asyncIterator]() {
        return this;
      },
      next: () => items.next(),
      return() {
        end(); // wakes a generator that waits, so that `return` is not held up
        return items.return(undefined);
      },
    };
  }

  async *#items(
    filterNow: () => ViolationFilter | undefined,
    position: bigint[],
    missed: AsyncIterable<Found>,
    queue: BoundedQueue<ViolationRecord>,
    end: () => void,
  ): AsyncGenerator<ViolationEventItem, undefined> {
    const cursor = (): string => offsetsCursor(position);
    let seenAtMs = Date.now();
    const gap = (reason: string): ViolationEventItem => {
      const item = { kind: 'gap', cursor: cursor(), fromMs: seenAtMs, toMs: Date.now(), reason } as const;
      seenAtMs = item.toMs;
      return item;
    };
    const event = (record: ViolationRecord): ViolationEventItem | undefined => {
      if (record.offset < (position[record.partition] ?? 0n)) return undefined; // already given while catching up
      position[record.partition] = record.offset + 1n;
      seenAtMs = record.writtenAtMs;
      const filter = filterNow();
      if (filter === undefined) end();
      else if (matches(filter, record.value)) return { kind: 'event', cursor: cursor(), violation: record.value };
      return undefined;
    };

    try {
      for await (const found of missed) {
        if (found.kind === 'lost') {
          for (const [partition, offset] of found.resumeAt.entries()) position[partition] = offset;
          seenAtMs = found.fromMs ?? seenAtMs;
          yield gap(found.reason);
          continue;
        }
        const item = event(found.record);
        if (item !== undefined) yield item;
      }
      yield { kind: 'heartbeat', cursor: cursor(), atMs: Date.now() };
      let lastItemAtMs = Date.now();
      for (;;) {
        const taken = await queue.take(Math.max(0, lastItemAtMs + this.#options.heartbeatMs - Date.now()));
        if (taken === 'closed') return undefined;
        let item: ViolationEventItem | undefined;
        if (taken === 'overflow') {
          for (const [partition, offset] of this.#options.feed.position.entries()) position[partition] = offset;
          item = gap('events came faster than they were taken');
        } else if (taken !== 'idle') {
          item = event(taken.item);
        }
        if (item === undefined && Date.now() >= lastItemAtMs + this.#options.heartbeatMs)
          item = { kind: 'heartbeat', cursor: cursor(), atMs: Date.now() };
        if (item === undefined) continue;
        lastItemAtMs = Date.now();
        yield item;
      }
    } finally {
      end();
    }
  }
}
