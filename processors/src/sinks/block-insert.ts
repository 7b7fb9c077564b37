import { type Block, type DeadRecord, missingFrom, partOf } from './block.ts';
import { type BlockWriter, RowsRefusedError } from './block-writer.ts';

export interface BlockInsertOptions {
  readonly writer: BlockWriter;
  readonly signal: AbortSignal;
  /** An earlier try or another owner may have written the block. */
  readonly isDoubtful: boolean;
  /**
   * The plan says that parts of the block were written under their own tokens, so the block's token must not be used.
   */
  readonly isMending: boolean;
  /** False when another member has the partition, so nothing may be inserted. */
  owns(): Promise<boolean>;
  /** Records in the plan that parts of the block are written under their own tokens from now on. */
  planMending(): Promise<void>;
}

/** Inserts the rows of one planned block, each once, however often it is tried. */
export class BlockInsert {
  readonly #block: Block;
  readonly #options: BlockInsertOptions;
  #isDoubtful: boolean;
  #isMending: boolean;

  constructor(block: Block, options: BlockInsertOptions) {
    this.#block = block;
    this.#options = options;
    this.#isDoubtful = options.isDoubtful;
    this.#isMending = options.isMending;
  }

  /** Tries once. Resolves with the records whose rows the table refuses, once all other rows are in the table. */
  async attempt(): Promise<readonly DeadRecord[]> {
    const { writer, signal } = this.#options;
    try {
      if (this.#isDoubtful) await this.#again();
      else {
        this.#isDoubtful = true;
        await writer.insert(this.#block, signal);
      }
      return [];
    } catch (error) {
      if (!(error instanceof RowsRefusedError)) throw error;
      return this.#inParts();
    }
  }

  /**
   * Writes the rows that the table lacks. If the table has views and still remembers the token, it repeats the insert
   * even when all rows are there: the table stores no row twice, and the views get rows they missed. A token can
   * outlive rows that a crashing server lost, so it checks for missing rows afterwards.
   */
  async #again(): Promise<void> {
    const { writer, signal } = this.#options;
    const block = this.#block;
    const before = await writer.find(block, signal);
    const isWanted = before.offsets.size === 0 || (before.hasViews && before.remembersToken);
    if (isWanted && !this.#isMending) await writer.insert(block, signal);
    const rest = await this.#missing();
    if (rest === undefined) return;
    await this.#mend();
    await writer.insert(rest, signal);
    if (missingFrom(rest, (await writer.find(block, signal)).offsets))
      throw new Error(
        `${block.table} accepts the rows of offsets ${block.min} to ${block.max} but does not store them`,
      );
  }

  async #missing(): Promise<Block | undefined> {
    const { offsets } = await this.#options.writer.find(this.#block, this.#options.signal);
    return missingFrom(this.#block, offsets);
  }

  async #mend(): Promise<void> {
    this.#isMending = true;
    await this.#options.planMending();
  }

  /** The table refused a row, so it stored none of the block: writes the other rows. */
  async #inParts(): Promise<readonly DeadRecord[]> {
    if (!this.#isMending) await this.#mend();
    const rest = await this.#missing();
    return rest === undefined ? [] : this.#halves(rest);
  }

  /** Halves the refused rows until single records remain: each costs the block a few small inserts. */
  async #halves(part: Block): Promise<readonly DeadRecord[]> {
    if (!(await this.#options.owns())) return [];
    try {
      await this.#options.writer.insert(part, this.#options.signal);
      return [];
    } catch (error) {
      if (!(error instanceof RowsRefusedError)) throw error;
      const offsets = [...new Set(part.offsets)];
      const [first = 0n] = offsets;
      const record = part.records.get(first);
      if (offsets.length === 1 && record !== undefined) return [{ record, error }];
      const middle = offsets[Math.floor(offsets.length / 2)] ?? first;
      const halves = [partOf(part, offset => offset < middle), partOf(part, offset => offset >= middle)];
      const refused: DeadRecord[] = [];
      for (const half of halves) if (half !== undefined) refused.push(...(await this.#halves(half)));
      return refused;
    }
  }
}
