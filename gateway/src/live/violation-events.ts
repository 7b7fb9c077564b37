import type { Violation } from '@sightline/schemas';

/** One item of a subscription; `cursor` is the place right after it. */
export type ViolationEventItem =
  | { readonly kind: 'event'; readonly cursor: string; readonly violation: Violation }
  | { readonly kind: 'heartbeat'; readonly cursor: string; readonly atMs: number }
  /** Events between the two times may be missing: ask for the list anew. */
  | {
      readonly kind: 'gap';
      readonly cursor: string;
      readonly fromMs: number;
      readonly toMs: number;
      readonly reason: string;
    };
