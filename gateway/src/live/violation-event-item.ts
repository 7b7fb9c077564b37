import type { Violation } from '@sightline/schemas';

/** One item of a subscription. `cursor` is the position right after it. */
export type ViolationEventItem =
  | {
      readonly kind: 'event';
      readonly cursor: string;
      /** Partition and offset of the record in the topic. */
      readonly partition: number;
      readonly offset: number;
      readonly violation: Violation;
    }
  | { readonly kind: 'heartbeat'; readonly cursor: string; readonly atMs: number }
  /** Events between the two times may be missing; the client should load its list again. */
  | {
      readonly kind: 'gap';
      readonly cursor: string;
      readonly fromMs: number;
      readonly toMs: number;
      readonly reason: string;
    };
