import type { Serde } from '@sightline/schemas/topic';
import type { RecordQueue } from './record-queue.ts';
import { type KeyValueStore, type KeyValueStoreBuilder, keyValueStore } from './store/key-value-store.ts';
import type { WhenIdle } from './topology-node.ts';

/** Times `firstMs`, `firstMs + stepMs`, ...: `count` of them. */
type Run = readonly [firstMs: number, stepMs: number, count: number];
type Journal = KeyValueStore<bigint, readonly Run[]>;

const offset: Serde<bigint> = {
  name: 'offset',
  serialize(value) {
    const bytes = Buffer.allocUnsafe(8);
    bytes.writeBigInt64BE(value);
    return bytes;
  },
  deserialize: bytes => bytes.readBigInt64BE(),
};
const runs: Serde<readonly Run[]> = {
  name: 'idle-times',
  serialize: value => Buffer.from(JSON.stringify(value)),
  deserialize: bytes => JSON.parse(bytes.toString()) as readonly Run[],
};

/**
 * The journal of a source: to which times its tasks moved without a record, by the input offset before which they did.
 * Its changelog is that journal; who deletes the application's other state and offsets, and keeps it, replays the same.
 */
export function idleTimeStore(source: string): KeyValueStoreBuilder<bigint, readonly Run[]> {
  return keyValueStore(`${source}-idle-time`, offset, runs);
}

/**
 * Says when the time of a task goes on though nothing comes. Only the clock decides it, and only at the end of the
 * log, so every move is journaled in the transaction that holds its effects; where the journal has moves, those are
 * made, and the clock is not asked.
 */
export class IdleTime {
  readonly #afterMs: number;
  readonly #stepMs: number;
  readonly #journal: Journal;
  /** Moves that are to be made again: offset before which, and to which times; latest first. */
  readonly #replayed: (readonly [bigint, readonly Run[]])[];
  /** When the next move is due by the clock; undefined: something came since the last look. */
  #dueMs: number | undefined;
  #hasMoved = false;

  /** `queue` stands where the last commit left it, so the moves before that place are made. */
  constructor({ afterMs, stepMs = afterMs }: WhenIdle, queue: RecordQueue, journal: Journal) {
    this.#afterMs = afterMs;
    this.#stepMs = stepMs;
    this.#journal = journal;
    const start = queue.position ?? 0n;
    this.#replayed = [...journal.all()].filter(([before]) => before > start).reverse();
  }

  /** Something came: now, by a clock that does not go back, or since the last look. */
  wake(nowMs?: number): void {
    this.#dueMs = nowMs === undefined ? undefined : nowMs + this.#afterMs;
    this.#hasMoved = false;
  }

  /** Times to move to, one after the other, before the record at `position` is taken. */
  replayed(position: bigint): readonly number[] {
    const times: number[] = [];
    for (let last = this.#replayed.at(-1); last !== undefined && last[0] <= position; last = this.#replayed.at(-1)) {
      for (const [firstMs, stepMs, count] of last[1])
        for (let step = 0; step < count; step++) times.push(firstMs + step * stepMs);
      this.#replayed.pop();
    }
    return times;
  }

  /** The time to move to now; undefined: none. Journals it as having been reached before `position`. */
  next(nowMs: number, streamTimeMs: number, position: bigint): number | undefined {
    this.#dueMs ??= nowMs + this.#afterMs;
    if (streamTimeMs < 0 || nowMs < this.#dueMs) return undefined;
    this.#dueMs += this.#stepMs;
    const timeMs = streamTimeMs + (this.#hasMoved ? this.#stepMs : this.#afterMs);
    this.#hasMoved = true;
    this.#journal.put(position, appended(this.#journal.get(position) ?? [], timeMs));
    return timeMs;
  }
}

function appended(list: readonly Run[], timeMs: number): readonly Run[] {
  const last = list.at(-1);
  if (last === undefined) return [[timeMs, 0, 1]];
  const [firstMs, stepMs, count] = last;
  const step = count === 1 ? timeMs - firstMs : stepMs;
  if (timeMs !== firstMs + step * count) return [...list, [timeMs, 0, 1]];
  return [...list.slice(0, -1), [firstMs, step, count + 1]];
}
