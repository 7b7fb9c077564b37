export type HealthStatus = 'healthy' | 'degraded' | 'unhealthy';

/** What a process says of itself. `details` is for people and dashboards; a `reason` says what is wrong and what to do. */
export interface HealthReport {
  readonly status: HealthStatus;
  readonly details: Readonly<Record<string, unknown>>;
}
