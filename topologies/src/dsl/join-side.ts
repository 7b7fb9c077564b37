import type {
  KeyValueStore,
  Processor,
  ProcessorContext,
  RecordHeaders,
  StreamRecord,
  WindowStore,
  WindowStoreBuilder,
} from '@sightline/processors/runtime';
import type { Serde } from '@sightline/schemas/topic';
import { JoinTime, type JoinTimeStore } from './join-time.ts';
import type { JoinWindow } from './join-window.ts';
import type { JoinKind } from './parts.ts';
import { FIRST, LAST, type WaitingKey, type WaitingStore, type WaitingValues } from './waiting-records.ts';

export interface SideParts<K, V, O, VO> {
  readonly kind: JoinKind;
  readonly isLeft: boolean;
  readonly window: JoinWindow;
  readonly key: Serde<K>;
  readonly values: { readonly left: Serde<unknown>; readonly right: Serde<unknown> };
  /** The records of the other side. */
  readonly others: WindowStoreBuilder<K, O>;
  readonly waiting: { readonly records: WaitingStore; readonly time: JoinTimeStore } | undefined;
  join(own: V | null, other: O | null, key: K | null): VO;
}

interface Waiting {
  readonly records: KeyValueStore<WaitingKey, WaitingValues>;
  readonly time: JoinTime;
}

const NO_HEADERS: RecordHeaders = [];

type Input<K, V> = StreamRecord<K | null, V | null>;

/** One side of a stream-stream join in one task, as KStreamKStreamJoin, without its wall-clock throttle. */
export class JoinSide<K, V, O, VO> implements Processor<K | null, V | null, K | null, VO> {
  readonly #parts: SideParts<K, V, O, VO>;
  /** How far before and after a record of this side the other side's records may be, ms. */
  readonly #beforeMs: number;
  readonly #afterMs: number;
  readonly #isOuter: boolean;
  #context: ProcessorContext<K | null, VO> | undefined;
  #others: WindowStore<K, O> | undefined;
  #waiting: Waiting | undefined;

  constructor(parts: SideParts<K, V, O, VO>) {
    const { window, isLeft, kind } = parts;
    this.#parts = parts;
    this.#beforeMs = isLeft ? window.beforeMs : window.afterMs;
    this.#afterMs = isLeft ? window.afterMs : window.beforeMs;
    this.#isOuter = kind === 'outer' || (kind === 'left' && isLeft);
  }

  init(context: ProcessorContext<K | null, VO>): void {
    const { others, waiting } = this.#parts;
    this.#context = context;
    this.#others = context.stateStore(others);
    if (waiting === undefined) return;
    const time = JoinTime.of(context as ProcessorContext<never, never>, waiting.time);
    const shared = { records: context.stateStore(waiting.records), time };
    this.#waiting = shared;
    context.onIdleTime(timeMs => {
      time.observe(timeMs);
      this.#giveUpClosed(shared, NO_HEADERS);
    });
  }

  process(record: Input<K, V>): void {
    const { key, value, timestampMs } = record;
    this.#waiting?.time.observe(timestampMs);
    if (value === null || (key === null && !this.#isOuter)) this.#context?.account('filtered');
    else if (key === null) this.#forward(record, this.#parts.join(value, null, null), timestampMs);
    else this.#meet(record, key, value);
  }

  #meet(record: Input<K, V>, key: K, value: V): void {
    const { timestampMs } = record;
    const waiting = this.#waiting;
    if (waiting !== undefined && timestampMs === waiting.time.streamTimeMs) this.#giveUpClosed(waiting, record.headers);
    const toMs = Math.max(0, timestampMs + this.#afterMs);
    let met = false;
    for (const [otherMs, other] of this.#others?.fetch(key, Math.max(0, timestampMs - this.#beforeMs), toMs) ?? []) {
      met = true;
      if (waiting !== undefined) this.#stopWaiting(waiting, key, otherMs);
      this.#forward(record, this.#parts.join(value, other, key), Math.max(timestampMs, otherMs));
    }
    if (met || !this.#isOuter || waiting === undefined) return;
    if (toMs < waiting.time.streamTimeMs) this.#forward(record, this.#parts.join(value, null, key), timestampMs);
    else this.#wait(waiting, key, value, timestampMs);
  }

  #wait({ records, time }: Waiting, key: K, value: V, timestampMs: number): void {
    const { isLeft, values } = this.#parts;
    time.wait(timestampMs);
    const own = { timestampMs, isLeft, key: this.#parts.key.serialize(key) };
    const bytes = (isLeft ? values.left : values.right).serialize(value);
    records.put(own, { isLeft, values: [...(records.get(own)?.values ?? []), bytes] });
  }

  /** Marks the other side's records of that time as joined. */
  #stopWaiting({ records }: Waiting, key: K, timestampMs: number): void {
    const { isLeft, kind } = this.#parts;
    if (kind === 'left' && isLeft) return; // the right side's records never wait
    const other = { timestampMs, isLeft: !isLeft, key: this.#parts.key.serialize(key) };
    if (records.get(other) !== undefined) records.delete(other);
  }

  /**
   * Forwards, with null, the waiting records whose window and grace are over. The start of the next search is Kafka
   * Streams' `minTime`, with its peculiarities: it may be later than a waiting record, which is then forwarded later.
   */
  #giveUpClosed({ records, time }: Waiting, headers: RecordHeaders): void {
    const { window, kind } = this.#parts;
    const nowMs = time.streamTimeMs;
    if (time.minTimeMs + this.#afterMs + window.graceMs >= nowMs) return;
    let minTimeMs = Number.POSITIVE_INFINITY;
    let isLeftOpen = false;
    let isRightOpen = kind === 'left';
    const closed: WaitingKey[] = [];
    for (const [waiting, { values }] of records.all()) {
      minTimeMs = waiting.timestampMs;
      if (isLeftOpen && isRightOpen) break;
      const reachMs = waiting.isLeft ? window.afterMs : window.beforeMs;
      if (waiting.timestampMs + reachMs + window.graceMs >= nowMs) {
        if (waiting.isLeft) isLeftOpen = true;
        else isRightOpen = true;
        if (values.length > 1 && isLeftOpen && isRightOpen) break; // in Kafka Streams each value is an entry
        continue;
      }
      closed.push(waiting);
      this.#giveUp(waiting, values, headers);
    }
    if (kind === 'left' && isLeftOpen) minTimeMs = lastTimeMs(records);
    time.setMinTime(minTimeMs);
    for (const waiting of closed) records.delete(waiting);
  }

  #giveUp(waiting: WaitingKey, values: readonly Buffer[], headers: RecordHeaders): void {
    const { isLeft, join, values: serdes } = this.#parts;
    const key = this.#parts.key.deserialize(waiting.key);
    const isOwn = waiting.isLeft === isLeft;
    for (const bytes of values) {
      const value = (waiting.isLeft ? serdes.left : serdes.right).deserialize(bytes);
      const joined = isOwn ? join(value as V, null, key) : join(null, value as O, key);
      this.#context?.forward({ key, value: joined, timestampMs: waiting.timestampMs, headers });
    }
  }

  #forward({ key, headers }: Input<K, V>, value: VO, timestampMs: number): void {
    this.#context?.forward({ key, value, timestampMs, headers });
  }
}

/** In a left join every waiting record after an open one is open too. Kafka Streams ends its search at the last one. */
function lastTimeMs(records: Waiting['records']): number {
  for (const [{ timestampMs }] of records.range(FIRST, LAST, { backward: true })) return timestampMs;
  return Number.POSITIVE_INFINITY;
}
