import type { Cell } from '@sightline/processors/process';
import { topics } from '@sightline/schemas';
import type { LogPosition, Offsets } from './cursor.ts';
import type { ViolationFeed } from './violation-feed.ts';
import type { ViolationRecord } from './violation-record.ts';

/** Records by their offsets, for offsets that the log has already deleted. */
export interface ViolationArchive {
  /** At most `limit` records of a partition in `[from, to)`, in order; undefined: some are missing, or it cannot answer now. */
  between(partition: number, from: bigint, to: bigint, limit: number): Promise<readonly ViolationRecord[] | undefined>;
}

export type Found =
  | { readonly kind: 'record'; readonly record: ViolationRecord }
  /** Records may be missing; the stream continues at `resumeAt`. */
  | { readonly kind: 'lost'; readonly reason: string; readonly resumeAt: LogPosition; readonly fromMs?: number };

const ARCHIVE_BOUND = 5_000;
const STALLED_AFTER_MS = 30_000;

/** Finds the records between two positions of `violations`: in memory, else in the log, else in ClickHouse. */
export class CatchUp {
  readonly #cell: Cell;
  readonly #feed: ViolationFeed;
  readonly #archive: ViolationArchive;

  constructor(cell: Cell, feed: ViolationFeed, archive: ViolationArchive) {
    this.#cell = cell;
    this.#feed = feed;
    this.#archive = archive;
  }

  async *between(start: LogPosition, to: LogPosition, signal: AbortSignal): AsyncGenerator<Found, undefined> {
    if (start.topicId !== to.topicId || (await this.#beyondLog(start.offsets, to.offsets))) {
      yield { kind: 'lost', reason: 'the log was created again after this cursor was issued', resumeAt: to, fromMs: 0 };
      return;
    }
    const from = start.offsets;
    const behind = from.flatMap((offset, partition) => (offset < (to.offsets[partition] ?? 0n) ? [partition] : []));
    if (behind.length === 0) return;
    const remembered = this.#feed.since(from);
    if (remembered !== undefined) {
      for (const record of remembered)
        if (record.offset < (to.offsets[record.partition] ?? 0n)) yield { kind: 'record', record };
      return;
    }
    const position = [...from];
    const earliest = await this.#offsetsAt('earliest');
    for (const partition of behind) {
      const oldest = earliest[partition] ?? 0n;
      if ((from[partition] ?? 0n) < oldest) yield* this.#archived(partition, { ...to, offsets: position }, oldest);
    }
    yield* this.#logged(position, to, signal);
  }

  /** True when a cursor lies past the end of the log. */
  async #beyondLog(from: Offsets, to: Offsets): Promise<boolean> {
    if (from.every((offset, partition) => offset <= (to[partition] ?? 0n))) return false;
    const ends = await this.#offsetsAt('latest');
    return from.some((offset, partition) => offset > (ends[partition] ?? 0n));
  }

  /** Moves the partition's offset to the oldest one of the log. */
  async *#archived(
    partition: number,
    { topicId, offsets }: { readonly topicId: string; readonly offsets: bigint[] },
    oldest: bigint,
  ): AsyncGenerator<Found, undefined> {
    const records = await this.#archive.between(partition, offsets[partition] ?? 0n, oldest, ARCHIVE_BOUND);
    for (const record of records ?? []) yield { kind: 'record', record };
    offsets[partition] = oldest;
    if (records !== undefined && records.length < ARCHIVE_BOUND) return;
    const reason = 'the log no longer has the records after this cursor, and ClickHouse did not return all of them';
    const resumeAt = { topicId, offsets: [...offsets] };
    yield { kind: 'lost', reason, resumeAt, fromMs: records?.at(-1)?.writtenAtMs ?? 0 };
  }

  async *#logged(from: Offsets, to: LogPosition, signal: AbortSignal): AsyncGenerator<Found, undefined> {
    const range = { from, to: to.offsets, topicId: to.topicId };
    const records = this.#cell.read(topics.violations, { ...range, signal, stalledAfterMs: STALLED_AFTER_MS });
    const isWhole = yield* found(records);
    if (isWhole || signal.aborted) return;
    yield { kind: 'lost', reason: 'the log cannot be reached, or it lost records meanwhile', resumeAt: to, fromMs: 0 };
  }

  /** The earliest or latest offset of each partition. */
  async #offsetsAt(at: 'earliest' | 'latest'): Promise<Offsets> {
    const offsets = await this.#cell.log.admin.listOffsets(this.#partitions(), at);
    return offsets.toSorted((one, other) => one.partition - other.partition).map(({ offset }) => offset);
  }

  #partitions(): readonly { readonly topic: string; readonly partition: number }[] {
    const topic = this.#cell.name(topics.violations);
    return Array.from({ length: this.#cell.partitions(topics.violations) }, (_, partition) => ({ topic, partition }));
  }
}

async function* found(records: AsyncGenerator<ViolationRecord, boolean>): AsyncGenerator<Found, boolean> {
  try {
    for (;;) {
      const next = await records.next();
      if (next.done) return next.value;
      yield { kind: 'record', record: next.value };
    }
  } finally {
    await records.return(false);
  }
}
