import type { EntryVisitor, LogEntries, LogRecord } from '../../log/log-client.ts';
import type { StoreChange } from './store-engine.ts';

const NOTHING = Buffer.alloc(0);

/** Entries of records that exist as objects. */
export class RecordEntries implements LogEntries {
  readonly #records: readonly LogRecord[];

  constructor(records: readonly LogRecord[]) {
    this.#records = records;
  }

  each(visit: EntryVisitor): number {
    for (const { key, value } of this.#records) {
      if (key === null) continue;
      const bytes = Buffer.concat([key, value ?? NOTHING]);
      visit(bytes, 0, key.length, key.length, value === null ? -1 : bytes.length);
    }
    return this.#records.length;
  }
}

/** The changes that `entries` make in a store, and their number. */
export function changesOf(entries: LogEntries): { readonly changes: readonly StoreChange[]; readonly count: number } {
  const changes: StoreChange[] = [];
  const count = entries.each((bytes, keyStart, keyEnd, valueStart, valueEnd) => {
    const value = valueEnd < 0 ? null : bytes.subarray(valueStart, valueEnd);
    changes.push({ name: bytes.toString('latin1', keyStart, keyEnd), value });
  });
  return { changes, count };
}
