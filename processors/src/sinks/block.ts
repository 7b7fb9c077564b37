import { createHash } from 'node:crypto';
import type { LogRecord } from '../log/index.ts';
import { dateTime } from './date-time.ts';
import type { RecordRows } from './table.ts';

/** The source of rows: a partition of a topic, without the cell's prefix. */
export interface Origin {
  readonly topic: string;
  /** Another one after the topic was deleted and created again: its offsets then mean other records. */
  readonly topicId: string;
  readonly partition: number;
}

/** The destination of rows: a table, and the version of the code that makes its rows. */
export interface Target {
  readonly table: string;
  readonly version: number;
}

/** A record without rows because it did not decode. */
export interface DeadRecord {
  readonly record: LogRecord;
  readonly error: Error;
}

/** Border and content of a block, fixed before it is written. Kept as text beside the group's offset. */
export interface Plan {
  /** Last offset of the block. */
  readonly max: bigint;
  readonly table: string;
  /** Version of the code that makes the table's rows. */
  readonly version: number;
  readonly rows: number;
  /** Hash of the rows and of the offsets that did not decode. */
  readonly hash: string;
  /** True once missing rows are written under their own token: the block's token must not be used again. */
  readonly mending?: boolean;
}

/** This version cannot read the text beside a group's offset: an older or newer sink wrote it. */
export class PlanUnreadableError extends Error {
  readonly code = 'PLAN_UNREADABLE';
  readonly retriable = false;
}

/** The text beside a group's offset: the topic that the offset means, and the block that is under way. */
export const writeMark = (topicId: string, plan?: Plan): string =>
  ['v3', topicId, ...(plan === undefined ? [] : planned(plan))].join('|');

const planned = ({ max, table, version, rows, hash, mending }: Plan): readonly unknown[] => [
  max,
  table,
  version,
  rows,
  hash,
  ...(mending ? ['mending'] : []),
];

/** The topic's id; undefined: no sink committed the offset. `plan` undefined: no block is under way. */
export function readMark(metadata: string): { readonly topicId: string | undefined; readonly plan: Plan | undefined } {
  if (metadata === '') return { topicId: undefined, plan: undefined };
  const [format, topicId = '', max, table, version, rows, hash, mending] = metadata.split('|');
  if (format === 'v3' && max === undefined) return { topicId, plan: undefined };
  if (format !== 'v3' || !/^\d+$/.test(max ?? '') || !table || hash === undefined)
    throw new PlanUnreadableError(
      `cannot read the plan '${metadata}': start the version that wrote it until it is done`,
    );
  const plan = { max: BigInt(max ?? ''), table, version: Number(version), rows: Number(rows), hash };
  return { topicId, plan: { ...plan, ...(mending === 'mending' && { mending: true }) } };
}

/** One insert: all rows of [min, max] of a partition, and the token that lets a table store them once. */
export interface Block extends Plan {
  readonly origin: Origin;
  readonly min: bigint;
  /** Rows as JSON in the order of the log, one per line. */
  readonly body: Buffer;
  /** The offset of each row's record. */
  readonly offsets: readonly bigint[];
  /** Those records by offset. */
  readonly records: ReadonlyMap<bigint, LogRecord>;
  readonly dead: readonly DeadRecord[];
  /** Names the rest of a block that a table holds in part; absent: the whole block. */
  readonly part?: string;
}

export const tokenOf = ({ origin, min, max, table, part }: Block): string =>
  [origin.topic, origin.topicId, origin.partition, min, max, table, ...(part === undefined ? [] : [part])].join(':');

/** The rows of a block whose records have none in the table, as a separate block; undefined: none is missing. */
export function missingFrom(block: Block, found: ReadonlySet<bigint>): Block | undefined {
  return partOf(block, offset => !found.has(offset));
}

/** The rows of some records of a block, as a separate block named by its content; undefined: there are none. */
export function partOf(block: Block, isWanted: (offset: bigint) => boolean): Block | undefined {
  const wanted = block.offsets.map(isWanted);
  const offsets = block.offsets.filter((_, index) => wanted[index]);
  if (offsets.length === 0) return undefined;
  const lines = block.body.toString().split('\n');
  const body = Buffer.from(lines.filter((_, index) => wanted[index]).join('\n'));
  const part = createHash('sha256').update(body).digest('hex').slice(0, 16);
  return { ...block, body, offsets, rows: offsets.length, dead: [], part };
}

/** Collects the rows of consecutive records. The same records give the same block. */
export class BlockBuilder {
  readonly #origin: Origin;
  readonly #target: Target;
  readonly #lines: string[] = [];
  readonly #offsets: bigint[] = [];
  readonly #records = new Map<bigint, LogRecord>();
  readonly #dead: DeadRecord[] = [];
  #min: bigint | undefined;
  #max = -1n;
  bytes = 0;

  /** `min` is the border of a plan; without it, the offset of the first record added. */
  constructor(origin: Origin, target: Target, min?: bigint) {
    this.#origin = origin;
    this.#target = target;
    this.#min = min;
  }

  get rows(): number {
    return this.#lines.length;
  }

  /** True before the first record. */
  get isEmpty(): boolean {
    return this.#max < 0n;
  }

  /** Throws RangeError when ClickHouse cannot store the record's time. */
  add(record: LogRecord, { shared, each }: RecordRows): void {
    const { offset, timestampMs } = record;
    this.#reach(offset);
    if (each.length === 0) return;
    const { topic, topicId, partition } = this.#origin;
    const place = { _topic: topic, _topic_id: topicId, _partition: partition, _offset: Number(offset) };
    const from = { _written_at: dateTime(timestampMs), ...place };
    const start = `${JSON.stringify({ ...shared, ...from }).slice(0, -1)},`;
    this.#records.set(offset, record);
    for (const row of each) {
      const line = start + JSON.stringify(row).slice(1);
      this.#lines.push(line);
      this.#offsets.push(offset);
      this.bytes += line.length + 1;
    }
  }

  addDead(record: LogRecord, error: Error): void {
    this.#reach(record.offset);
    this.#dead.push({ record, error });
  }

  #reach(offset: bigint): void {
    this.#min ??= offset;
    this.#max = offset;
  }

  /** The block; `max` is the border of a plan. */
  build(max: bigint = this.#max): Block {
    const body = Buffer.from(this.#lines.join('\n'));
    const hash = createHash('sha256').update(body);
    for (const { record } of this.#dead) hash.update(`dead ${record.offset}`);
    return {
      origin: this.#origin,
      table: this.#target.table,
      version: this.#target.version,
      min: this.#min ?? 0n,
      max,
      rows: this.rows,
      hash: hash.digest('hex').slice(0, 16),
      body,
      offsets: this.#offsets,
      records: this.#records,
      dead: this.#dead,
    };
  }
}
