import type { ViolationFilter } from '../arguments/violation-filter.ts';
import { BoundedQueue } from './bounded-queue.ts';
import type { CatchUp, Found } from './catch-up.ts';
import { parseCursor } from './cursor.ts';
import { SubscriberPlace } from './subscriber-place.ts';
import type { ViolationEventItem } from './violation-event-item.ts';
import type { ViolationFeed } from './violation-feed.ts';
import type { ViolationRecord } from './violation-record.ts';

export interface ViolationEventsOptions {
  readonly feed: ViolationFeed;
  readonly catchUp: CatchUp;
  /** Time between heartbeats; default 3 s, so that a page notices a dead connection within 10 s. */
  readonly heartbeatMs?: number;
  /** Largest number of records that wait for one slow client; default 1,000. */
  readonly queueBound?: number;
}

/** Streams violations to subscribers from a cursor on: each event once, or a Gap where events may be missing. */
export class ViolationEvents {
  readonly #options: Required<ViolationEventsOptions>;

  constructor(options: ViolationEventsOptions) {
    this.#options = { heartbeatMs: 3_000, queueBound: 1_000, ...options };
  }

  /**
   * Calls `filterNow` for each event, so that a revoked grant works at once; undefined ends the stream.
   * Throws BadInputError at once when `after` is not a cursor of this stream.
   */
  subscribe(
    filterNow: () => ViolationFilter | undefined,
    after: string | undefined,
  ): AsyncIterableIterator<ViolationEventItem> {
    const { feed, catchUp, queueBound } = this.#options;
    const now = feed.position;
    const from = after === undefined ? now : parseCursor(after, now.offsets.length);
    const queue = new BoundedQueue<ViolationRecord>(queueBound);
    const ending = new AbortController();
    const stopListening = feed.listen({
      onRecord: record => queue.push(record),
      onSkipped: () => queue.overflow(),
    });
    const end = (): void => {
      ending.abort();
      stopListening();
      queue.close();
    };
    const place = new SubscriberPlace(from, filterNow, end);
    const items = this.#items(place, catchUp.between(from, now, ending.signal), queue, end);
    return {
      [Symbol.asyncIterator]() {
        return this;
      },
      next: () => items.next(),
      return() {
        end(); // wakes the waiting generator, so that `return` need not wait
        return items.return(undefined);
      },
    };
  }

  async *#items(
    place: SubscriberPlace,
    missed: AsyncIterable<Found>,
    queue: BoundedQueue<ViolationRecord>,
    end: () => void,
  ): AsyncGenerator<ViolationEventItem, undefined> {
    try {
      for await (const found of missed) {
        const item = found.kind === 'lost' ? place.lost(found) : place.event(found.record);
        if (item !== undefined) yield item;
      }
      yield place.heartbeat();
      for (let lastItemAtMs = Date.now(); ; ) {
        const dueAtMs = lastItemAtMs + this.#options.heartbeatMs;
        const taken = await queue.take(Math.max(0, dueAtMs - Date.now()));
        if (taken === 'closed') return undefined;
        const item = this.#itemOf(taken, place) ?? (Date.now() >= dueAtMs ? place.heartbeat() : undefined);
        if (item === undefined) continue;
        lastItemAtMs = Date.now();
        yield item;
      }
    } finally {
      end();
    }
  }

  #itemOf(
    taken: { readonly item: ViolationRecord } | 'overflow' | 'idle',
    place: SubscriberPlace,
  ): ViolationEventItem | undefined {
    if (taken === 'idle') return undefined;
    if (taken !== 'overflow') return place.event(taken.item);
    return place.lost({
      reason: 'events came faster than the client read them',
      resumeAt: this.#options.feed.position,
    });
  }
}
