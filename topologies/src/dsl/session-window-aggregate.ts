import type {
  Processor,
  ProcessorContext,
  RecordHeaders,
  SessionStore,
  SessionStoreBuilder,
  StreamRecord,
  Windowed,
} from '@sightline/processors/runtime';
import type { MergingFold } from './fold.ts';
import { onIdleTime, type TimeMove, type WindowAggregation, WindowOutput } from './window-output.ts';
import type { ClosedTime } from './window-time.ts';
import type { SessionWindows } from './windows.ts';

export interface SessionAggregation<K, V, A>
  extends WindowAggregation<K, SessionWindows, MergingFold<K, V, A>, SessionStoreBuilder<K, A>> {
  /** Extra time, beyond the open time, for which sessions are kept. */
  readonly extraRetentionMs: number;
}

type Session<K, A> = readonly [window: Windowed<K>, value: A];

/** Without headers, as in Kafka Streams: a session has several records. */
const NO_HEADERS: RecordHeaders = [];

/** Nothing is closed and no session is at its last moment. */
export const NONE_MS = -2;

/**
 * Sessions (KStreamSessionWindowAggregate of Kafka Streams 4.3). A record merges all sessions that are at most the gap
 * away from it. The old sessions are deleted, and their deletions forwarded, before the new session. A session is
 * closed when its end is below time - grace - gap. A record is late when the session it would make is closed. A session
 * that ends exactly at that limit is open but, as in Kafka Streams, takes no more records, unless retention is longer.
 * With longer retention even a closed session takes records, and the new session is emitted as closed again. The time
 * of a session's aggregate is its end.
 */
export class SessionWindowAggregate<K, V, A> implements Processor<K, V, unknown, unknown> {
  readonly #aggregation: SessionAggregation<K, V, A>;
  #context: ProcessorContext<unknown, unknown> | undefined;
  #store: SessionStore<K, A> | undefined;
  #time: ClosedTime<K> | undefined;
  #output: WindowOutput<K, V, A> | undefined;

  constructor(aggregation: SessionAggregation<K, V, A>) {
    this.#aggregation = aggregation;
  }

  init(context: ProcessorContext<unknown, unknown>): void {
    const { name, windows, store, closedTime, uses } = this.#aggregation;
    this.#context = context;
    this.#store = context.stateStore(store);
    this.#time = closedTime.open(context);
    this.#output = new WindowOutput(context, name, store.key, uses, true);
    onIdleTime<K>(context, move =>
      windows.time === 'task' ? this.#advance(move, this.#time?.upTo(move.key) ?? NONE_MS) : this.#advanceKeys(move),
    );
  }

  process(record: StreamRecord<K, V>): void {
    const { key, timestampMs } = record;
    if (key === null) {
      this.#context?.account('filtered');
      return;
    }
    const before = this.#time?.upTo(key) ?? NONE_MS;
    const closedMs = this.#advance(record, before);
    const { gapMs } = this.#aggregation.windows;
    const earliestMs = Math.max(timestampMs - gapMs, before + 2 - this.#aggregation.extraRetentionMs);
    const found = [...(this.#store?.findSessions(key, earliestMs, timestampMs + gapMs) ?? [])];
    let startMs = timestampMs;
    let endMs = timestampMs;
    for (const [session] of found) {
      startMs = Math.min(startMs, session.startMs);
      endMs = Math.max(endMs, session.endMs);
    }
    if (endMs <= closedMs) this.#output?.tellLate(record);
    else this.#add(record, { key, startMs, endMs }, found);
  }

  #add(record: StreamRecord<K, V>, session: Windowed<K>, found: readonly Session<K, A>[]): void {
    const { fold } = this.#aggregation;
    const { key, startMs, endMs } = session;
    let merged = fold.initial();
    for (const [, value] of found) merged = fold.merge(merged, value, key);
    const isSame = startMs === endMs;
    if (!isSame) for (const [window, value] of found) this.#forget(window, value);
    const value = fold.add(merged, record);
    if (value === null) this.#store?.delete(session);
    else this.#store?.put(session, value);
    const oldValue = isSame ? (found[0]?.[1] ?? null) : null;
    this.#output?.update(key, startMs, endMs, value, oldValue, endMs, NO_HEADERS);
  }

  #forget(session: Windowed<K>, value: A): void {
    this.#store?.delete(session);
    const { key, startMs, endMs } = session;
    this.#output?.update(key, startMs, endMs, null, value, endMs, NO_HEADERS);
  }

  /** Moves time and closes sessions. Returns the highest end of closed sessions. */
  #advance(move: TimeMove<K>, closedMs: number): number {
    const { key, timestampMs } = move;
    const { gapMs, graceMs } = this.#aggregation.windows;
    const nowClosedMs = timestampMs - graceMs - gapMs - 1;
    if (nowClosedMs <= closedMs) return closedMs;
    this.#time?.close(key, nowClosedMs);
    this.#close(move, closedMs + 1, nowClosedMs);
    return nowClosedMs;
  }

  /** Moves time without records, only for keys that have sessions to close. */
  #advanceKeys({ timestampMs, headers }: TimeMove<K>): void {
    const { gapMs, graceMs } = this.#aggregation.windows;
    const nowClosedMs = timestampMs - graceMs - gapMs - 1;
    for (const [session, value] of this.#ended(0, nowClosedMs)) {
      if ((this.#time?.upTo(session.key) ?? NONE_MS) < nowClosedMs) this.#time?.close(session.key, nowClosedMs);
      this.#output?.close(session, value, session.endMs, headers);
      this.#store?.delete(session);
    }
  }

  #close(move: TimeMove<K>, fromMs: number, toMs: number): void {
    const isOfKey = this.#aggregation.windows.time === 'key';
    if (isOfKey) this.#closeOfKey(move, toMs);
    else if (this.#output?.wantsClosed) this.#closeOfAll(move, fromMs, toMs);
  }

  #closeOfAll({ headers }: TimeMove<K>, fromMs: number, toMs: number): void {
    for (const [session, value] of this.#ended(fromMs, toMs))
      this.#output?.close(session, value, session.endMs, headers);
  }

  /** Sessions of all keys that end in the range, by end, then start, then key. */
  #ended(fromMs: number, toMs: number): Session<K, A>[] {
    const ended = [...(this.#store?.endedSessions(fromMs, toMs) ?? [])];
    return ended.sort(([a], [b]) => a.endMs - b.endMs || a.startMs - b.startMs);
  }

  /** Retention follows the highest time of all keys, so it cannot delete the sessions of a single key. */
  #closeOfKey({ key, headers }: TimeMove<K>, toMs: number): void {
    for (const [session, value] of [...(this.#store?.findSessions(key, 0, toMs) ?? [])]) {
      if (session.endMs > toMs) continue;
      this.#output?.close(session, value, session.endMs, headers);
      this.#store?.delete(session);
    }
  }
}
