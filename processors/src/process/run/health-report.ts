export type HealthStatus = 'healthy' | 'degraded' | 'unhealthy';

/** A process's health. `details` is for people and dashboards; a `reason` names the problem and what to do. */
export interface HealthReport {
  readonly status: HealthStatus;
  readonly details: Readonly<Record<string, unknown>>;
}
