import type { HealthStatus } from '@sightline/processors/process';

/** Health of one process, or of one part that the product needs. */
export interface ComponentHealth {
  readonly name: string;
  readonly kind: 'process' | 'part';
  readonly status: HealthStatus;
  /** The problem and what to do; null when healthy. */
  readonly message: string | null;
  /** The state in words, also when healthy. */
  readonly sentence: string;
  /** Time of the check, ms since 1970. */
  readonly checkedAtMs: number;
  readonly details: Readonly<Record<string, unknown>>;
}

export interface SystemHealth {
  readonly status: HealthStatus;
  readonly service: string;
  readonly version: string;
  readonly timestampMs: number;
  readonly components: readonly ComponentHealth[];
}
