import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Windowed } from '@sightline/processors/runtime';

/** A plain key, a windowed key, or none. */
type Key = string | Windowed<string> | null;

interface GoldenRecord<K> {
  readonly topic: string;
  readonly key: K;
  readonly value: string | number | null;
  readonly timestampMs: number;
}

/** Kafka Streams' output for a program's records; written by `topologies/scripts/write-vectors.ts`. */
export interface Golden {
  readonly program: string;
  readonly description: string;
  readonly input: readonly GoldenRecord<string | null>[];
  /**
   * `after`: index of the input record that caused it. `from`: index of the record whose headers it has; null for none.
   */
  readonly output: readonly (GoldenRecord<Key> & { readonly after: number; readonly from: number | null })[];
  /** Final contents by store, in the order of key, start and end; sessions have no timestamp. */
  readonly stores: Readonly<Record<string, readonly StoreEntry[]>>;
  /** Kafka Streams counts a late record once for every window that it misses. */
  readonly droppedRecords: number;
}

export interface StoreEntry {
  readonly key: Key;
  readonly value: string | number;
  readonly timestampMs?: number;
}

/** The goldens of a folder; default: the committed ones. */
export function goldens(folder = join(import.meta.dirname, 'goldens')): readonly Golden[] {
  const files = globSync(join(folder, '*.json')).sort();
  return files.map(file => JSON.parse(readFileSync(file, 'utf8')) as Golden);
}
