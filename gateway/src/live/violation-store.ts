import { avroSerde, type Violation } from '@sightline/schemas';
import { LRUCache } from 'lru-cache';
import { type Filtered, matches, openOrClosed, type ViolationFilter } from '../arguments/violation-filter.ts';
import type { Offsets } from './cursor.ts';
import type { Entry } from './entry.ts';
import { OrderedEntries, type ViolationPosition } from './ordered-entries.ts';
import { ViolationCounts } from './violation-counts.ts';
import type { ViolationRecord } from './violation-record.ts';

export interface StoreBounds {
  /** How long a violation stays after its newest record, by the log's timestamps. */
  readonly keepMs: number;
  /** Largest memory in bytes, estimated. */
  readonly maxBytes: number;
}

/** The store has no records of the partition before `to` any more. */
export interface Lost {
  readonly partition: number;
  readonly to: bigint;
  /** The present id of the topic. */
  readonly topicId: string;
}

const serde = avroSerde<Violation>('Violation', 'single-object');
/** Estimated size of an entry without its packed violation: the object, its id, its index entries. */
const ENTRY_BYTES = 500;
const DECODED = 4_000;
/** Above a bound, an eighth more is dropped than needed. The border then moves seldom, so cached answers stay valid. */
const SLACK = 1 / 8;

/**
 * Keeps every violation with a record from `start` on, in its newest revision. ClickHouse answers for records before
 * `start`. A violation with records on both sides belongs to the store; `olderIds` has the ids of these.
 */
export class ViolationStore {
  readonly #bounds: StoreBounds;
  readonly #entries = new Map<string, Entry>();
  readonly #all = new OrderedEntries<Entry>();
  readonly #indexes = new Map<string, OrderedEntries<Entry>>();
  readonly #decoded = new LRUCache<string, Violation>({ max: DECODED });
  readonly #texts = new Map<string, string>();
  readonly #olderIds = new Set<string>();
  readonly counts = new ViolationCounts();
  #topicId: string;
  #start: bigint[] = [];
  #next: bigint[] = [];
  #bytes = 0;
  #oldestMs = Number.POSITIVE_INFINITY;

  constructor(start: Offsets, bounds: StoreBounds, topicId = '') {
    this.#topicId = topicId;
    this.#start = [...start];
    this.#next = [...start];
    this.#bounds = bounds;
  }

  /** The id of the topic whose records the store has. ClickHouse answers for all records of earlier topics. */
  get topicId(): string {
    return this.#topicId;
  }

  get start(): Offsets {
    return this.#start;
  }

  /** The position after all records so far. */
  get position(): Offsets {
    return this.#next;
  }

  get size(): number {
    return this.#entries.size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get olderIds(): ReadonlySet<string> {
    return this.#olderIds;
  }

  take(record: ViolationRecord): void {
    const { partition, offset, writtenAtMs, value } = record;
    if (offset < (this.#next[partition] ?? 0n)) return;
    this.pass(partition, offset + 1n);
    const known = this.#entries.get(value.violationId);
    if (known === undefined) this.#insert(record);
    else this.#revise(known, record);
    this.#oldestMs = Math.min(this.#oldestMs, writtenAtMs);
    this.#trim(Date.now());
  }

  /** The store has all records of the partition before `next`. */
  pass(partition: number, next: bigint): void {
    if (next > (this.#next[partition] ?? 0n)) this.#next[partition] = next;
  }

  /**
   * The log lost records of a partition before `to`, or the topic was created again. Drops all violations of the
   * partition.
   */
  skip({ partition, to, topicId }: Lost): void {
    this.#topicId = topicId;
    this.#next[partition] = to; // lower than before when the topic was created anew
    this.#dropBefore(
      this.#start.map((start, each) => (each === partition ? to : start)),
      ({ partition: of }) => of === partition,
    );
  }

  get(violationId: string): Violation | undefined {
    const entry = this.#entries.get(violationId);
    return entry && this.#violationOf(entry);
  }

  createdAtMs(violationId: string): number | undefined {
    return this.#entries.get(violationId)?.createdAtMs;
  }

  /** The first `limit` violations of a range, from its newest or oldest end. */
  page(request: {
    readonly filter: ViolationFilter;
    readonly newerThan?: ViolationPosition | undefined;
    readonly olderThan?: ViolationPosition | undefined;
    readonly from: 'newest' | 'oldest';
    readonly limit: number;
  }): readonly Violation[] {
    const found: Violation[] = [];
    for (const entry of this.entries(request.filter, request)) {
      if (found.length >= request.limit) break;
      found.push(this.#violationOf(entry));
    }
    return found;
  }

  /** Entries that match the filter, read from the shortest index that has them all. */
  *entries(
    filter: ViolationFilter,
    range: Parameters<OrderedEntries<Entry>['between']>[0] = { from: 'newest' },
  ): Generator<Entry, undefined> {
    for (const entry of this.#indexFor(filter).between(narrowed(range, filter)))
      if (matches(filter, entry)) yield entry;
  }

  #indexFor(filter: ViolationFilter): OrderedEntries<Entry> {
    const asked = { store: filter.storeId, camera: filter.cameraId, type: filter.violationType };
    const keys = Object.entries({ ...asked, risk: filter.riskLevel, state: filter.state });
    const indexes = keys.flatMap(([kind, value]) =>
      value === undefined ? [] : [this.#indexes.get(`${kind}:${value}`) ?? new OrderedEntries<Entry>()],
    );
    return indexes.reduce((best, index) => (index.size < best.size ? index : best), this.#all);
  }

  #insert({ partition, offset, writtenAtMs, value }: ViolationRecord): void {
    const opens = value.revision === 1;
    const entry: Entry = {
      violationId: value.violationId,
      ...this.#filteredOf(value),
      partition,
      revision: value.revision,
      openedAt: opens ? offset : undefined,
      createdAtMs: opens ? writtenAtMs : undefined,
      newestAt: offset,
      writtenAtMs,
      packed: packed(value),
    };
    this.#entries.set(entry.violationId, entry);
    this.#bytes += entry.packed.length + ENTRY_BYTES;
    if (!opens) this.#olderIds.add(entry.violationId);
    this.#all.add(entry);
    for (const key of keysOf(entry)) this.#index(key).add(entry);
    this.counts.add(entry, 1);
  }

  /**
   * Takes a newer revision; a copy or an older one changes nothing. A foreign record may change the start, the camera,
   * the store or the type: then the violation moves to its new place in every list.
   */
  #revise(entry: Entry, { offset, writtenAtMs, value }: ViolationRecord): void {
    const { violationId, revision } = value;
    if (revision <= entry.revision) return;
    const filtered = this.#filteredOf(value);
    const starts = filtered.startedAtMs !== entry.startedAtMs;
    const [before, after] = [keysOf(entry), keysOf(filtered)];
    const left = starts ? before : before.filter(key => !after.includes(key));
    const entered = starts ? after : after.filter(key => !before.includes(key));
    for (const key of left) this.#index(key).remove(entry);
    if (starts) this.#all.remove(entry);
    if (left.length > 0) this.counts.add(entry, -1);
    const bytes = packed(value);
    this.#bytes += bytes.length - entry.packed.length;
    Object.assign(entry, { ...filtered, revision, newestAt: offset, writtenAtMs, packed: bytes });
    this.#decoded.delete(violationId);
    if (starts) this.#all.add(entry);
    for (const key of entered) this.#index(key).add(entry);
    if (left.length > 0) this.counts.add(entry, 1);
  }

  /** The fields of an entry by which lists are ordered and filtered. */
  #filteredOf(value: Violation): Filtered {
    const { startedAtMs, riskLevel, state } = value;
    return {
      startedAtMs,
      cameraId: this.#shared(value.cameraId),
      storeId: this.#shared(value.storeId),
      violationType: this.#shared(value.violationType),
      riskLevel,
      state,
    };
  }

  #violationOf(entry: Entry): Violation {
    const known = this.#decoded.get(entry.violationId);
    if (known !== undefined) return known;
    const violation = serde.deserialize(entry.packed);
    this.#decoded.set(entry.violationId, violation);
    return violation;
  }

  #index(key: string): OrderedEntries<Entry> {
    const known = this.#indexes.get(key);
    if (known !== undefined) return known;
    const index = new OrderedEntries<Entry>();
    this.#indexes.set(key, index);
    return index;
  }

  /** Returns one shared copy of a text, to save memory. */
  #shared(text: string): string {
    const known = this.#texts.get(text);
    if (known === undefined) this.#texts.set(text, text);
    return known ?? text;
  }

  #trim(nowMs: number): void {
    const { keepMs, maxBytes } = this.#bounds;
    if (this.#bytes <= maxBytes && this.#oldestMs >= nowMs - keepMs * (1 + SLACK)) return;
    const times = Float64Array.from(this.#entries.values(), ({ writtenAtMs }) => writtenAtMs).sort();
    const spare = Math.ceil(times.length * Math.max(0, 1 - (maxBytes * (1 - SLACK)) / this.#bytes));
    const byBytes = this.#bytes > maxBytes ? (times[spare - 1] ?? 0) : 0;
    this.#forget(Math.max(nowMs - keepMs, byBytes));
  }

  /** Drops violations without a record after a time. */
  #forget(untilMs: number): void {
    const start = [...this.#start];
    for (const { partition, newestAt, writtenAtMs } of this.#entries.values())
      if (writtenAtMs <= untilMs && newestAt >= (start[partition] ?? 0n)) start[partition] = newestAt + 1n;
    this.#dropBefore(start);
  }

  #dropBefore(start: readonly bigint[], lost: (entry: Entry) => boolean = () => false): void {
    this.#start = [...start];
    const kept = (entry: Entry): boolean => entry.newestAt >= (start[entry.partition] ?? 0n) && !lost(entry);
    this.#oldestMs = Number.POSITIVE_INFINITY;
    for (const entry of this.#entries.values()) {
      if (kept(entry)) this.#settleAtBorder(entry, start[entry.partition] ?? 0n);
      else this.#drop(entry);
    }
    for (const index of [this.#all, ...this.#indexes.values()]) index.keep(kept);
    for (const [key, index] of this.#indexes) if (index.size === 0) this.#indexes.delete(key);
  }

  /** Marks a violation that opened before the store's new start as one with records on both sides. */
  #settleAtBorder(entry: Entry, start: bigint): void {
    this.#oldestMs = Math.min(this.#oldestMs, entry.writtenAtMs);
    if (entry.openedAt === undefined || entry.openedAt >= start) return;
    entry.openedAt = undefined;
    this.#olderIds.add(entry.violationId);
  }

  #drop(entry: Entry): void {
    this.#entries.delete(entry.violationId);
    this.#olderIds.delete(entry.violationId);
    this.#decoded.delete(entry.violationId);
    this.#bytes -= entry.packed.length + ENTRY_BYTES;
    this.counts.add(entry, -1);
  }
}

/** Copies the bytes, since a slice would keep the whole shared buffer in memory. */
function packed(violation: Violation): Buffer {
  const bytes = serde.serialize(violation);
  const own = Buffer.allocUnsafeSlow(bytes.length);
  bytes.copy(own);
  return own;
}

const keysOf = (entry: Filtered): readonly string[] => [
  `store:${entry.storeId}`,
  `camera:${entry.cameraId}`,
  `type:${entry.violationType}`,
  `risk:${entry.riskLevel}`,
  `state:${openOrClosed(entry)}`,
];

/** Limits the range to the times of the filter. */
function narrowed(
  range: Parameters<OrderedEntries<Entry>['between']>[0],
  { fromMs, toMs }: ViolationFilter,
): Parameters<OrderedEntries<Entry>['between']>[0] {
  const { newerThan, olderThan, from } = range;
  const after = fromMs === undefined ? undefined : { startedAtMs: fromMs, violationId: '' };
  const before = toMs === undefined ? undefined : { startedAtMs: toMs, violationId: '' };
  return {
    from,
    newerThan: after !== undefined && after.startedAtMs > (newerThan?.startedAtMs ?? -1) ? after : newerThan,
    olderThan:
      before !== undefined && before.startedAtMs <= (olderThan?.startedAtMs ?? Number.POSITIVE_INFINITY)
        ? before
        : olderThan,
  };
}
