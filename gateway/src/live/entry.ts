import type { RiskLevel, Violation } from '@sightline/schemas';
import type { ViolationPosition } from './ordered-entries.ts';

/** A violation in the store: the fields for filters and order, and its newest revision as bytes. */
export interface Entry extends ViolationPosition {
  readonly cameraId: string;
  readonly storeId: string;
  readonly violationType: string;
  readonly riskLevel: RiskLevel;
  readonly partition: number;
  revision: number;
  state: Violation['state'];
  /** Offset of its first revision; undefined: before the store's start. */
  openedAt: bigint | undefined;
  /** Write time of its first revision. */
  createdAtMs: number | undefined;
  /** Offset and write time of its newest revision. */
  newestAt: bigint;
  writtenAtMs: number;
  packed: Buffer;
}
