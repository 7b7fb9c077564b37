import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import type { Cell, Logger } from '@sightline/processors/process';
import { topics } from '@sightline/schemas';
import type { ViolationFeed } from './violation-feed.ts';

interface HistoryOptions {
  readonly cell: Cell;
  /** The feed, which must follow the topic already. */
  readonly feed: ViolationFeed;
  readonly logger: Logger;
  /** Age of the oldest records that are read. */
  readonly keepMs: number;
}

const STALLED_AFTER_MS = 30_000;
const TRY_AGAIN_MS = 5_000;
/** Number of records after which the event loop may serve requests. */
const RECORDS_A_TURN = 100;

/**
 * Fills a second store with the log's records of the last `keepMs`, while the feed serves from its first store; then replaces
 * that one. Tries again after an error. `loaded` resolves when the second store is in use.
 */
export function readHistory(options: HistoryOptions): { readonly loaded: Promise<void>; close(): Promise<void> } {
  const closing = new AbortController();
  const { signal } = closing;
  const loaded = (async () => {
    while (!signal.aborted && !(await load(options, signal).catch(told(options.logger))))
      await sleep(TRY_AGAIN_MS, undefined, { signal, ref: false }).catch(() => {});
  })();
  return {
    loaded,
    async close() {
      closing.abort();
      await loaded;
    },
  };
}

const told =
  (logger: Logger) =>
  (error: unknown): false => {
    logger.warn({ err: error }, 'older violations cannot be read from the log, trying again');
    return false;
  };

/** Fills and replaces the store. True when the new store is in use. */
async function load({ cell, feed, logger, keepMs }: HistoryOptions, signal: AbortSignal): Promise<boolean> {
  const startedMs = performance.now();
  const topic = cell.name(topics.violations);
  const partitions = feed.position.offsets.map((_, partition) => ({ topic, partition }));
  const found = await cell.log.admin.listOffsets(partitions, { timestampMs: Date.now() - keepMs });
  const store = feed.emptyStore(found.toSorted((a, b) => a.partition - b.partition).map(({ offset }) => offset));
  do {
    const [from, to] = [[...store.position], feed.position.offsets];
    const { topicId } = store;
    const records = cell.read(topics.violations, { from, to, topicId, signal, stalledAfterMs: STALLED_AFTER_MS });
    let taken = 0;
    for (let next = await records.next(); ; next = await records.next()) {
      if (next.done && !next.value) return false;
      if (next.done) break;
      store.take(next.value);
      if (++taken % RECORDS_A_TURN === 0) await nextTurn();
    }
    for (const [partition, offset] of to.entries()) store.pass(partition, offset);
  } while (!feed.replace(store)); // false: the feed has dropped records that the store still lacks
  const seconds = (performance.now() - startedMs) / 1000;
  logger.info({ violations: store.size, bytes: store.bytes, seconds }, 'the newest violations are in memory');
  return true;
}
