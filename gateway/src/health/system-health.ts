import type { HealthStatus } from '@sightline/processors/process';

/** How one process or one part it needs is. */
export interface ComponentHealth {
  readonly name: string;
  readonly kind: 'process' | 'part';
  readonly status: HealthStatus;
  /** What is wrong and what to do; null when all is well. */
  readonly message: string | null;
  /** How it is, in words; also when all is well. */
  readonly sentence: string;
  /** When this was last seen, ms since 1970. */
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
