import type { AnyTopic } from '@sightline/schemas';
import { LRUCache } from 'lru-cache';
import {
  type DeadLetterTarget,
  deadLetter,
  deadLetterOrigin,
  deadLetterPartition,
  Follower,
  type LogRecord,
} from '../../log/index.ts';
import type { Cell } from '../cell/cell.ts';
import { deadLetterTarget } from '../cell/dead-letter-target.ts';
import { retryForever } from './retry.ts';
import { Sender } from './sender.ts';

/** Largest number of earlier dead letters remembered: more than can lie between two commits. */
const KNOWN_AT_MOST = 100_000;
/** A broker's clock may have been set back by up to this since a dead letter was written. */
const CLOCK_DIFFERENCE_MS = 3_600_000;

/**
 * Writes a dead letter for each record that no reader of its topic can decode: once each, even when the record is read
 * again after a crash. Only the topic's owner uses it: see DESIGN.md.
 */
export class DeadLetters {
  readonly #cell: Cell;
  readonly #sender: Sender;
  readonly #closing = new AbortController();
  /** Origins found by a search, in partitions of `#looked`, whose records have not been read again yet. */
  readonly #known = new LRUCache<string, true>({ max: KNOWN_AT_MOST });
  readonly #looked = new Set<string>();
  /** Why a dead letter cannot be written at present, or undefined. */
  trouble: string | undefined;
  written = 0;

  constructor(cell: Cell) {
    this.#cell = cell;
    this.#sender = new Sender(cell.log);
  }

  /**
   * Resolves once the dead letter is written. Records of a partition must come in order. Rejects only after `close`.
   */
  async bury(topic: AnyTopic, partition: number, record: LogRecord, error: unknown): Promise<void> {
    const failure = error instanceof Error ? error : new Error(String(error));
    const origin = { topic: topic.name, partition, offset: record.offset };
    const letter = deadLetter(this.#target, record, origin, failure);
    const place = placeOf(topic.name, partition);
    const attempt = async (): Promise<void> => {
      if (!this.#looked.has(place)) {
        await this.#look(topic.name, partition, record.timestampMs);
        this.#looked.add(place);
      }
      if (this.#known.delete(`${place}/${record.offset}`)) return;
      this.#looked.delete(place); // after a failed send only another search shows whether it was written
      await this.#sender.attempt([letter]);
      this.#looked.add(place);
      this.written++;
    };
    await retryForever(attempt, {
      signal: this.#closing.signal,
      onFailure: cause => {
        this.trouble = `a dead letter of ${place} cannot be written: ${cause instanceof Error ? cause.message : cause}`;
      },
    });
    this.trouble = undefined;
  }

  /** Another member now has the partition; its dead letters are unknown here. */
  forget(topic: AnyTopic, partition: number): void {
    this.#looked.delete(placeOf(topic.name, partition));
  }

  get #target(): DeadLetterTarget {
    return deadLetterTarget(this.#cell);
  }

  /**
   * Finds the records of this partition, written since this time, that already have a dead letter. It waits for the end
   * of another writer's open transaction, because letters behind that are hidden.
   */
  async #look(topic: string, partition: number, sinceMs: number): Promise<void> {
    const target = this.#target;
    const letters = deadLetterPartition(target, partition);
    const follower = new Follower(this.#cell.log, {
      topic: target.topic,
      partitions: [letters],
      from: { timestampMs: Math.max(0, sinceMs - CLOCK_DIFFERENCE_MS) },
      handle: ({ records }) => {
        for (const { headers } of records) {
          const origin = deadLetterOrigin(headers);
          if (origin?.topic === topic && origin.partition === partition)
            this.#known.set(`${placeOf(topic, partition)}/${origin.offset}`, true);
        }
      },
    });
    const close = (): void => void follower.close();
    this.#closing.signal.addEventListener('abort', close, { once: true });
    try {
      await follower.caughtUp([letters], 'latest');
    } finally {
      this.#closing.signal.removeEventListener('abort', close);
      await follower.close();
    }
  }

  async close(withinMs: number): Promise<void> {
    this.#closing.abort();
    await this.#sender.close(withinMs);
  }
}

const placeOf = (topic: string, partition: number): string => `${topic}/${partition}`;
