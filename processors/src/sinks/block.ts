import { createHash, type Hash } from 'node:crypto';
import type { LogRecord } from '../log/index.ts';
import type { Row } from './table.ts';

/** Where rows come from: a partition of a topic without the cell's prefix. */
export interface Origin {
  readonly topic: string;
  readonly partition: number;
}

/** A record that has no rows because it did not decode. */
export interface DeadRecord {
  readonly record: LogRecord;
  readonly error: Error;
}

/** The border and the content of a block, fixed before it is written: kept as text beside the group's offset. */
export interface Plan {
  /** Last offset of the block. */
  readonly max: bigint;
  readonly table: string;
  readonly rows: number;
  /** Hash of the rows and of the offsets that did not decode. */
  readonly hash: string;
}

/** The text beside a group's offset is no plan this version knows: an older or newer sink wrote it. */
export class PlanUnreadableError extends Error {
  readonly code = 'PLAN_UNREADABLE';
  readonly retriable = false;
}

export const writePlan = ({ max, table, rows, hash }: Plan): string => ['v1', max, table, rows, hash].join('|');

/** undefined: no block is under way. */
export function readPlan(metadata: string): Plan | undefined {
  if (metadata === '') return undefined;
  const [version, max, table, rows, hash] = metadata.split('|');
  if (version !== 'v1' || !/^\d+$/.test(max ?? '') || !table || hash === undefined)
    throw new PlanUnreadableError(
      `cannot read the plan '${metadata}': start the version that wrote it until it is done`,
    );
  return { max: BigInt(max ?? ''), table, rows: Number(rows), hash };
}

/** What an insert carries: all rows of [min, max] of a partition, and the token by which a table takes them once. */
export interface Block extends Plan {
  readonly origin: Origin;
  readonly min: bigint;
  /** Rows as JSON, one per line. */
  readonly body: string;
  readonly dead: readonly DeadRecord[];
}

export const tokenOf = ({ origin, min, max, table }: Block): string =>
  `${origin.topic}:${origin.partition}:${min}:${max}:${table}`;

/** Collects the rows of consecutive records; the same records give the same block. */
export class BlockBuilder {
  readonly #origin: Origin;
  readonly #table: string;
  readonly #lines: string[] = [];
  readonly #dead: DeadRecord[] = [];
  readonly #hash: Hash = createHash('sha256');
  #min: bigint | undefined;
  #max = -1n;
  bytes = 0;

  /** `min` is the border of a plan; absent: the offset of the first record added. */
  constructor(origin: Origin, table: string, min?: bigint) {
    this.#origin = origin;
    this.#table = table;
    this.#min = min;
  }

  get rows(): number {
    return this.#lines.length;
  }

  /** True before the first record. */
  get isEmpty(): boolean {
    return this.#max < 0n;
  }

  add({ offset }: LogRecord, rows: readonly Row[]): void {
    this.#reach(offset);
    const from = { _topic: this.#origin.topic, _partition: this.#origin.partition, _offset: Number(offset) };
    for (const row of rows) {
      const line = JSON.stringify({ ...row, ...from });
      this.#hash.update(line);
      this.#lines.push(line);
      this.bytes += line.length + 1;
    }
  }

  addDead(record: LogRecord, error: Error): void {
    this.#reach(record.offset);
    this.#hash.update(`dead ${record.offset}`);
    this.#dead.push({ record, error });
  }

  #reach(offset: bigint): void {
    this.#min ??= offset;
    this.#max = offset;
  }

  /** The block; `max` is the border of a plan. */
  build(max: bigint = this.#max): Block {
    return {
      origin: this.#origin,
      table: this.#table,
      min: this.#min ?? 0n,
      max,
      rows: this.rows,
      hash: this.#hash.copy().digest('hex').slice(0, 16),
      body: this.#lines.join('\n'),
      dead: this.#dead,
    };
  }
}
