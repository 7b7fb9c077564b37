import { type FoldedRecord, topics } from '@sightline/schemas';
import { ControlFold } from '@sightline/schemas/control';
import type { Cell } from '../process/index.ts';
import { SnapshotFile } from './snapshot-file.ts';

export interface KeepOptions {
  /** File that keeps the fold over a restart; without it the log is folded from its start. */
  readonly snapshot?: string | undefined;
  /** How long replaced configurations are kept; default: that of ControlFold. */
  readonly historyMs?: number;
  /** Called with notices for the operator. */
  readonly onNotice?: (notice: string) => void;
}

/** Folding fewer records than this is faster than writing a snapshot. */
const SAVE_AFTER_RECORDS = 1_000;
const STALLED_AFTER_MS = 5_000;

/** The fold to continue from: the snapshot's when it belongs to this log, else an empty one. */
export async function keptFold(
  cell: Cell,
  { snapshot: path, historyMs, onNotice }: KeepOptions,
  notices: string[],
): Promise<{ readonly fold: ControlFold; readonly keeper: Keeper | undefined }> {
  const newFold = (): ControlFold => new ControlFold(historyMs === undefined ? {} : { historyMs });
  const fold = newFold();
  if (path === undefined) return { fold, keeper: undefined };
  const file = new SnapshotFile(path, notice => {
    notices.push(notice);
    onNotice?.(notice);
  });
  const kept = await file.read(fold.identity);
  if (kept !== undefined && (await isOfThisLog(cell, kept.last))) fold.restore(kept);
  else if (kept !== undefined) file.ignore('it belongs to another log');
  return { fold, keeper: new Keeper(file, fold) };
}

/** True when the log has this record at the snapshot's offset; a topic created again has other records. */
async function isOfThisLog(cell: Cell, { offset, timestampMs, commandId }: FoldedRecord): Promise<boolean> {
  const [end] = await cell.log.admin.listOffsets(
    [{ topic: cell.name(topics.control), partition: 0 }],
    'latest-committed',
  );
  if (end === undefined || end.offset <= BigInt(offset)) return false;
  const place = { from: [BigInt(offset)], to: [BigInt(offset) + 1n] };
  const reading = { ...place, signal: new AbortController().signal, stalledAfterMs: STALLED_AFTER_MS };
  for await (const record of cell.read(topics.control, reading))
    return record.writtenAtMs === timestampMs && record.value.commandId === commandId;
  return false;
}

/** Writes a snapshot after every `SAVE_AFTER_RECORDS` records, and at the end. */
class Keeper {
  readonly #file: SnapshotFile;
  readonly #fold: ControlFold;
  #savedOffset: number;

  constructor(file: SnapshotFile, fold: ControlFold) {
    this.#file = file;
    this.#fold = fold;
    this.#savedOffset = fold.nextOffset;
  }

  folded(): void {
    if (this.#fold.nextOffset - this.#savedOffset >= SAVE_AFTER_RECORDS) void this.#save();
  }

  async close(): Promise<void> {
    if (this.#fold.nextOffset > this.#savedOffset) await this.#save();
  }

  #save(): Promise<void> {
    this.#savedOffset = this.#fold.nextOffset;
    return this.#file.write(this.#fold);
  }
}
