import type { ExpectedVersion } from '../generated/records.ts';

/** The result of a command: accepted, or void because a version that it relied on had changed. */
export interface CommandAnswer {
  readonly accepted: boolean;
  /** Offset of the last record of its change set. */
  readonly offset: number;
  /** When the change takes effect, after the fold raised it to the highest time so far. */
  readonly effectiveAtMs: number;
  /** The expectations that failed; null when accepted. */
  readonly conflicts: readonly ExpectedVersion[];
}
