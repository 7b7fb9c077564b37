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
 * The journal of a source: the times to which its tasks moved without a record, each with the input offset before which
 * it moved. Its changelog is that journal. An application whose other state and offsets are deleted replays the same
 * moves from it.
 */
export function idleTimeStore(source: string): KeyValueStoreBuilder<bigint, readonly Run[]> {
  return keyValueStore(`${source}-idle-time`, offset, runs);
}

/**
 * Decides when a task's time advances without input. Only the clock decides it, and only at the end of the log. So
 * every move is journaled in the transaction that has its effects. Where the journal has moves, they are repeated and
 * the clock is not used.
 */
export class IdleTime {
  readonly #afterMs: number;
  readonly #stepMs: number;
  readonly #journal: Journal;
  /** Moves to repeat: the offset before which each happened, and its times; latest first. */
  readonly #replayed: (readonly [bigint, readonly Run[]])[];
  /** When the clock next causes a move; undefined: a record came since the last look. */
  #dueMs: number | undefined;
  #hasMoved = false;

  /** `queue` is at the last commit, so the moves before that position are done. */
  constructor({ afterMs, stepMs = afterMs }: WhenIdle, queue: RecordQueue, journal: Journal) {
    this.#afterMs = afterMs;
    this.#stepMs = stepMs;
    this.#journal = journal;
    const start = queue.position ?? 0n;
    this.#replayed = [...journal.all()].filter(([before]) => before > start).reverse();
  }

  /** A record came: now, by a clock that never goes back, or since the last look. */
  wake(nowMs?: number): void {
    this.#dueMs = nowMs === undefined ? undefined : nowMs + this.#afterMs;
    this.#hasMoved = false;
  }

  /** Times to move to, in order, before the record at `position` is taken. */
  replayed(position: bigint): readonly number[] {
    const times: number[] = [];
    for (let last = this.#replayed.at(-1); last !== undefined && last[0] <= position; last = this.#replayed.at(-1)) {
      for (const [firstMs, stepMs, count] of last[1])
        for (let step = 0; step < count; step++) times.push(firstMs + step * stepMs);
      this.#replayed.pop();
    }
    return times;
  }

  /** The time to move to now; undefined: none. Journals it as reached before `position`. */
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
