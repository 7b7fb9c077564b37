import type { HealthReport } from '@sightline/processors/process';
import type { AppHealth, LaneSnapshot } from '@sightline/processors/runtime';

/** Largest number of remarks in a report; a large cell could have one for each camera. */
const MOST_REMARKS = 20;

/**
 * Healthy: all lanes of this process run (also when it has none), and no graph has a remark. Degraded: some lanes are
 * starting or waiting, or a graph has a remark. Unhealthy: a graph has not started or cannot go on.
 */
export function healthOf(
  apps: readonly (readonly [name: string, AppHealth])[],
  remarks: readonly string[] = [],
): HealthReport {
  const reason = [...apps.flatMap(reasonsOf), ...remarks][0];
  const details = {
    ...(reason !== undefined && { reason }),
    ...(remarks.length > 0 && { remarks: remarks.slice(0, MOST_REMARKS) }),
    ...Object.fromEntries(apps.map(([name, app]) => [name, detailsOf(app)])),
  };
  if (apps.some(([, { state }]) => state !== 'running')) return { status: 'unhealthy', details };
  const isWhole = apps.every(app => reasonsOf(app).length === 0);
  return { status: isWhole && remarks.length === 0 ? 'healthy' : 'degraded', details };
}

/** The problems of a graph, for a person. */
function reasonsOf([name, { state, reason, lanes, globalStores }]: readonly [
  name: string,
  AppHealth,
]): readonly string[] {
  if (reason !== undefined) return [`${name}: ${reason}`];
  if (state !== 'running') return [`${name} is ${state}`];
  const waiting = lanes.filter(lane => !isRunning(lane));
  const [first] = waiting;
  if (first === undefined)
    return globalStores.flatMap(({ trouble }) => (trouble === undefined ? [] : [`${name}: ${trouble}`]));
  return [
    `${name}: ${waiting.length} of ${lanes.length} lanes do not run; ${first.lane} is ${first.state}${first.reason === undefined ? '' : ` (${first.reason})`}`,
  ];
}

function isRunning({ state, reason }: LaneSnapshot): boolean {
  return state === 'running' && reason === undefined;
}

function detailsOf({ state, reason, generation, lanes, globalStores, lost }: AppHealth) {
  return {
    state,
    ...(reason === undefined ? {} : { reason }),
    generation,
    lagRecords: lanes.flatMap(lane => lane.partitions).reduce((sum, { lag }) => sum + Number(lag ?? 0n), 0),
    lanes: lanes.map(({ lane, state: laneState, reason: laneReason, partitions, metrics }) => ({
      lane,
      state: laneState,
      ...(laneReason === undefined ? {} : { reason: laneReason }),
      partitions: partitions.map(({ topic, partition, position, lag, account }) => ({
        topic,
        partition,
        position: position === undefined ? null : Number(position),
        lag: lag === undefined ? null : Number(lag),
        ...account,
      })),
      metrics,
    })),
    globalStores,
    ...(lost.length > 0 && {
      lost: lost.map(({ topic, partition, from, to }) => ({ topic, partition, from: Number(from), to: Number(to) })),
    }),
  };
}
