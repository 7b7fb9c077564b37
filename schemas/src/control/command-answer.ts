import type { ExpectedVersion } from '../generated/records.ts';

/** What became of a command: taken, or void because a version it relied on had moved on. */
export interface CommandAnswer {
  readonly accepted: boolean;
  /** Offset of the last record of its change set. */
  readonly offset: number;
  /** When it takes effect, after the fold raised it to the highest so far. */
  readonly effectiveAtMs: number;
  /** What did not hold, when void. */
  readonly conflicts: readonly ExpectedVersion[];
}
