import type { Cell } from '@sightline/processors/process';
import { type Frame, topics } from '@sightline/schemas';

/** Pictures of the last seconds are looked for first, then those of the last minutes. */
const REACHES_MS = [10_000, 120_000];
const MOST_READ_MS = 10_000;
const STALLED_AFTER_MS = 3_000;

/** A camera's picture as ingest took it. */
export interface TakenPicture {
  readonly capturedAtMs: number;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly jpeg: Buffer;
}

/** Reads the last pictures of a camera from the log, where they are kept for a few minutes. */
export class LastPictures {
  readonly #cell: Cell;
  readonly #nowMs: () => number;

  /** `nowMs`: the clock; it only says where to begin to read. */
  constructor(cell: Cell, nowMs: () => number) {
    this.#cell = cell;
    this.#nowMs = nowMs;
  }

  /** Up to `count` pictures, spread over the time that was read, the oldest first; [] when there are none. */
  async ofCamera(cameraId: string, count: number): Promise<readonly TakenPicture[]> {
    for (const reachMs of REACHES_MS) {
      const found = await this.#since(cameraId, this.#nowMs() - reachMs);
      if (found.length > 0) return spread(found, count);
    }
    return [];
  }

  /** The JPEG at a place in the log, checked by its SHA-256; undefined: it is no longer there. */
  async at(partition: number, offset: bigint, sha256: string): Promise<Buffer | undefined> {
    for await (const value of this.#read(partition, offset, offset + 1n))
      if (value.sha256 === sha256) return value.jpeg ?? undefined;
    return undefined;
  }

  async #since(cameraId: string, timestampMs: number): Promise<readonly TakenPicture[]> {
    const cell = this.#cell;
    const partition = cell.partitionOf(topics.frames, cameraId);
    const place = { topic: cell.name(topics.frames), partition };
    const [[start], [end]] = await Promise.all([
      cell.log.admin.listOffsets([place], { timestampMs }),
      cell.log.admin.listOffsets([place], 'latest'),
    ]);
    if (start === undefined || end === undefined) return [];
    const found: TakenPicture[] = [];
    for await (const value of this.#read(partition, start.offset, end.offset)) {
      const picture = value.cameraId === cameraId ? pictureOf(value) : undefined;
      if (picture !== undefined) found.push(picture);
      if (found.length > MOST_KEPT) found.splice(0, found.length - MOST_KEPT);
    }
    return found;
  }

  async *#read(partition: number, from: bigint, to: bigint): AsyncGenerator<Frame> {
    const others = Array<bigint>(partition).fill(0n);
    const records = this.#cell.read(topics.frames, {
      from: [...others, from],
      to: [...others, to],
      signal: AbortSignal.timeout(MOST_READ_MS),
      stalledAfterMs: STALLED_AFTER_MS,
    });
    for await (const { value } of records) yield value;
  }
}

const MOST_KEPT = 64;

function pictureOf({ capturedAtMs, widthPx, heightPx, jpeg }: Frame): TakenPicture | undefined {
  return jpeg === null ? undefined : { capturedAtMs, widthPx, heightPx, jpeg };
}

function spread<T>(values: readonly T[], count: number): readonly T[] {
  if (values.length <= count) return values;
  return Array.from({ length: count }, (_, at) => values[Math.round((at * (values.length - 1)) / (count - 1))]).flatMap(
    value => value ?? [],
  );
}
