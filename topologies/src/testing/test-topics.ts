import type { RecordHeaders, StreamRecord } from '@sightline/processors/runtime';
import type { Topic } from '@sightline/schemas/topic';

export interface InputTime {
  /** Time of the first record, ms since 1970; default: the driver's clock. */
  readonly startMs?: number;
  /** Time between two records; default 0. */
  readonly autoAdvanceMs?: number;
}

/** The part of the driver that its topics use. */
interface TopicDriver {
  pipe<K, V>(topic: Topic<K, V>, key: K | null, value: V | null, given: Given): void;
  readRecords<K, V>(topic: Topic<K, V>): readonly (StreamRecord<K, V | null> & { readonly partition: number })[];
}

type Given = { readonly timestampMs?: number; readonly headers?: RecordHeaders };

/** Pipes records into one topic. A record without a time gets the topic's time, which then advances. */
export class TestInputTopic<K, V> {
  readonly #driver: TopicDriver;
  readonly #topic: Topic<K, V>;
  readonly #autoAdvanceMs: number;
  #timeMs: number;

  constructor(driver: TopicDriver, topic: Topic<K, V>, time: InputTime & { readonly startMs: number }) {
    this.#driver = driver;
    this.#topic = topic;
    this.#timeMs = time.startMs;
    this.#autoAdvanceMs = time.autoAdvanceMs ?? 0;
  }

  pipe(key: K | null, value: V | null, given: Given = {}): void {
    const timestampMs = given.timestampMs ?? this.#timeMs;
    if (given.timestampMs === undefined) this.#timeMs += this.#autoAdvanceMs;
    this.#driver.pipe(this.#topic, key, value, { ...given, timestampMs });
  }

  pipeAll(records: Iterable<readonly [key: K | null, value: V | null]>): void {
    for (const [key, value] of records) this.pipe(key, value);
  }

  advanceTime(ms: number): void {
    if (!(ms >= 0)) throw new RangeError(`time does not go back by ${-ms} ms`);
    this.#timeMs += ms;
  }
}

/** Reads the committed records of one topic, one at a time. */
export class TestOutputTopic<K, V> {
  readonly #driver: TopicDriver;
  readonly #topic: Topic<K, V>;
  readonly #records: (StreamRecord<K, V | null> & { readonly partition: number })[] = [];

  constructor(driver: TopicDriver, topic: Topic<K, V>) {
    this.#driver = driver;
    this.#topic = topic;
  }

  get size(): number {
    this.#fetch();
    return this.#records.length;
  }

  get isEmpty(): boolean {
    return this.size === 0;
  }

  /** The next record. Throws RangeError when there is none. */
  readRecord(): StreamRecord<K, V | null> & { readonly partition: number } {
    this.#fetch();
    const record = this.#records.shift();
    if (record === undefined) throw new RangeError(`${this.#topic.name} holds no more records`);
    return record;
  }

  readKeyValues(): (readonly [K, V | null])[] {
    this.#fetch();
    return this.#records.splice(0).map(({ key, value }) => [key, value] as const);
  }

  /** The last value of each key, tombstones included. */
  readLatest(): Map<K, V | null> {
    return new Map(this.readKeyValues());
  }

  #fetch(): void {
    this.#records.push(...this.#driver.readRecords(this.#topic));
  }
}
