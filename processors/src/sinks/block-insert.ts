import { type Block, type DeadRecord, missingFrom, partOf } from './block.ts';
import { type BlockWriter, RowsRefusedError } from './block-writer.ts';

export interface BlockInsertOptions {
  readonly writer: BlockWriter;
  readonly signal: AbortSignal;
  /** Someone may have written the block before. */
  readonly isDoubtful: boolean;
  /** Its plan says that parts of it are written under tokens of their own: the block's token is used no more. */
  readonly isMending: boolean;
  /** False when the partition is another's, so nothing may be inserted. */
  owns(): Promise<boolean>;
  /** Says in the plan that parts of the block are written under tokens of their own from now on. */
  planMending(): Promise<void>;
}

/** The rows of one planned block on their way into the table, each once, however often it is tried. */
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

  /** One try. Resolves with the records whose rows the table refuses, when all others are there. */
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
   * Writes what the table lacks. If views read it, the insert is repeated while it knows the token even if the rows are
   * there: it takes no row twice and gives the views what they missed. A token outlives rows that a dying server lost,
   * so what is missing is looked for afterwards.
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
      throw new Error(`${block.table} takes the rows of [${block.min}, ${block.max}] and does not keep them`);
  }

  async #missing(): Promise<Block | undefined> {
    const { offsets } = await this.#options.writer.find(this.#block, this.#options.signal);
    return missingFrom(this.#block, offsets);
  }

  async #mend(): Promise<void> {
    this.#isMending = true;
    await this.#options.planMending();
  }

  /** The table refuses a row of the block, so it has taken none: writes the others. */
  async #inParts(): Promise<readonly DeadRecord[]> {
    if (!this.#isMending) await this.#mend();
    const rest = await this.#missing();
    return rest === undefined ? [] : this.#halves(rest);
  }

  /** Halves what is refused until single records are left: one of them costs its block a few small inserts. */
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
