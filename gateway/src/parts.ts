import { join } from 'node:path';
import { folderBlobStore } from '@sightline/processors/blobs';
import { type ControlLog, openControl, openVault, PasswordChecks } from '@sightline/processors/control';
import { type ProcessContext, readSecrets } from '@sightline/processors/process';
import { type Evidence, topics } from '@sightline/schemas';
import { Redis } from 'ioredis';
import { Attempts } from './auth/attempts.ts';
import { Authentication } from './auth/authentication.ts';
import { Devices } from './auth/device.ts';
import { OpenStreams } from './auth/open-streams.ts';
import { Sessions } from './auth/sessions.ts';
import { currentViewer } from './auth/viewer.ts';
import { CameraCommands } from './commands/camera-commands.ts';
import { Changes } from './commands/changes.ts';
import { Commands } from './commands/commands.ts';
import { ModelCommands } from './commands/model-commands.ts';
import { ModelFiles } from './commands/model-files.ts';
import { OnvifCommands } from './commands/onvif-commands.ts';
import { PlanCommands } from './commands/plan-commands.ts';
import type { GatewayEnv } from './env.ts';
import { HealthMonitor } from './health/health-monitor.ts';
import { partChecks } from './health/part-checks.ts';
import { CameraStatuses } from './live/camera-statuses.ts';
import { CatchUp } from './live/catch-up.ts';
import { offsetsOf } from './live/cursor.ts';
import { LastPictures } from './live/last-pictures.ts';
import { Latest } from './live/latest.ts';
import { ModelStatuses } from './live/model-statuses.ts';
import { Pictures } from './live/pictures.ts';
import { ViolationEvents } from './live/violation-events.ts';
import { ViolationFeed } from './live/violation-feed.ts';
import { readHistory } from './live/violation-history.ts';
import { OnvifCameras } from './onvif/onvif-cameras.ts';
import { openClickHouse } from './queries/clickhouse.ts';
import { visibleCamera } from './queries/configuration.ts';
import { EvidenceBundles } from './queries/evidence.ts';
import { LatestDetections } from './queries/latest-detection.ts';
import { Models } from './queries/models.ts';
import { ShadowComparisons } from './queries/shadow-comparisons.ts';
import { clickHouseArchive } from './queries/violation-archive.ts';
import { Violations } from './queries/violations.ts';
import type { AppParts } from './rest/app-env.ts';
import { CameraSessions } from './sessions/camera-sessions.ts';
import { SessionSockets } from './sessions/session-sockets.ts';

/** Time span of the log that is read before the gateway answers; far longer than the sink's delay. Older records are read later. */
const TAIL_MS = 10 * 60_000;
const MAX_TAIL_RECORDS = 20_000;
const DAY_MS = 86_400_000;
const FIRST_CONNECTION_WITHIN_MS = 1_000;
/** Files that uploads left are looked for this often. */
const CLEAN_EVERY_MS = 600_000;

export const gatewayTopics = [
  ...[topics.control, topics.vault, topics.cameraStatus, topics.models, topics.frames],
  ...[topics.tracks, topics.violations, topics.evidence],
];

/** How long old configurations are kept. The gateway reads only the present one. */
const HISTORY_MS = 60_000;

export interface GatewayParts extends AppParts {
  readonly control: Pick<ControlLog, 'health'>;
  readonly health: HealthMonitor;
  readonly pictures: Pictures;
  readonly sessionSockets: SessionSockets;
  readonly feed: ViolationFeed;
  readonly passwordChecks: PasswordChecks;
  close(): Promise<void>;
}

/** Connects all parts of the gateway. Resolves when topics are read up to now. */
export async function openParts(env: GatewayEnv, { cell, logger, fail }: ProcessContext): Promise<GatewayParts> {
  const { vaultKey, cameraKey, blobKey } = readSecrets(env.SIGHTLINE_SECRETS, ['vaultKey', 'cameraKey', 'blobKey']);
  const control = await openControl(cell, fail, {
    snapshot: join(env.SIGHTLINE_DATA, 'control', 'gateway.snapshot'),
    historyMs: HISTORY_MS,
    onNotice: notice => logger.warn(notice),
  });
  const [vault, cameraVault] = await Promise.all([openVault(cell, vaultKey), openVault(cell, cameraKey)]);
  const statuses = new CameraStatuses();
  const modelStatuses = new ModelStatuses(Date.now);
  await Promise.all([statuses.follow(cell), modelStatuses.follow(cell)]);
  const models = new Models(control.fold, modelStatuses);
  const modelFiles = new ModelFiles(join(env.SIGHTLINE_DATA, 'models'));
  const clean = () => modelFiles.clean(new Set(control.fold.all('modelVersion').map(({ fileId }) => fileId)));
  await clean();
  const cleaning = setInterval(() => void clean().catch(() => {}), CLEAN_EVERY_MS).unref(); // a full disk: next time

  const feed = new ViolationFeed({
    keepMs: env.GATEWAY_MEMORY_DAYS * DAY_MS,
    maxBytes: env.GATEWAY_MEMORY_MB * 1024 * 1024,
    recentMs: TAIL_MS,
    maxRecent: MAX_TAIL_RECORDS,
  });
  const recentEvidence = new Latest<Evidence>({
    keepMs: TAIL_MS,
    maxEntries: MAX_TAIL_RECORDS,
    revisionOf: evidence => evidence.revision,
  });
  const sinceMs = Date.now() - TAIL_MS;
  const from = { timestampMs: sinceMs };
  const violationTopic = cell.follow(topics.violations, {
    from,
    onStart: (starts, topicId) => feed.begin(offsetsOf(starts), topicId),
    handle: record => feed.take(record),
    onReset: reset => feed.skip(reset),
  });
  const evidenceTopic = cell.follow(topics.evidence, {
    from,
    handle: ({ value, writtenAtMs }) => recentEvidence.put(value.violationId, value, writtenAtMs),
  });
  await Promise.all([violationTopic.caughtUp(), evidenceTopic.caughtUp()]);
  const history = readHistory({ cell, feed, logger, keepMs: env.GATEWAY_MEMORY_DAYS * DAY_MS });

  const clickhouse = openClickHouse({
    url: env.CLICKHOUSE_URL,
    username: env.CLICKHOUSE_USER,
    password: env.CLICKHOUSE_PASSWORD,
    database: env.CLICKHOUSE_DATABASE,
    logger,
  });
  const redis = connectRedis(env.REDIS_URL, { enableOfflineQueue: false });
  const subscriber = connectRedis(env.REDIS_URL, { enableOfflineQueue: true });
  const prefix = env.NAME_PREFIX;
  const health = new HealthMonitor(partChecks({ cell, redis, clickhouse, env }), env.HEALTH_TARGETS, control.health);
  await firstConnection(redis);
  await health.poll();
  const pictures = new Pictures({
    ...{ cell, redis, subscriber, prefix, statuses },
    visible: (viewer, cameraId) =>
      visibleCamera(control.fold, currentViewer(control.fold, viewer), cameraId) !== undefined,
  });

  const cameraSessions = new CameraSessions(redis, prefix);
  const sessionSockets = new SessionSockets({
    ...{ fold: control.fold, redis, prefix, pictures },
    sessions: cameraSessions,
  });
  const passwordChecks = new PasswordChecks();
  const authentication = new Authentication({
    ...{ fold: control.fold, vault, passwordChecks },
    sessions: new Sessions(redis, prefix),
    attempts: new Attempts(redis, prefix),
    devices: new Devices(vaultKey),
  });
  const changes = new Changes(control);
  const streams = new OpenStreams(viewers => authentication.findEnded(viewers));

  return {
    ...{ control, fold: control.fold, statuses, models, feed, health, pictures, authentication, streams },
    ...{ cameraSessions, sessionSockets },
    violations: new Violations(clickhouse, feed),
    evidence: new EvidenceBundles(clickhouse, recentEvidence),
    latestDetections: new LatestDetections(clickhouse),
    events: new ViolationEvents({
      feed,
      catchUp: new CatchUp(
        cell,
        feed,
        clickHouseArchive(clickhouse, () => feed.store.topicId),
      ),
    }),
    commands: new Commands(changes, models),
    cameraCommands: new CameraCommands(changes, cameraVault, models),
    onvifCommands: new OnvifCommands(control.fold, cameraVault, new OnvifCameras(env.ONVIF_LOOPBACK, Date.now)),
    modelCommands: new ModelCommands(changes, models, modelFiles, Date.now),
    modelFiles,
    planCommands: new PlanCommands(changes, models),
    lastPictures: new LastPictures(cell, Date.now),
    shadowComparisons: new ShadowComparisons(clickhouse),
    passwordChecks,
    blobs: folderBlobStore(join(env.SIGHTLINE_DATA, 'blobs'), blobKey),
    versions: () => `${control.fold.nextOffset} ${feed.version} ${recentEvidence.version}`,
    degraded: () => !clickhouse.reached(),
    async close() {
      clearInterval(cleaning);
      health.close();
      streams.close();
      await pictures.close();
      redis.disconnect();
      subscriber.disconnect();
      await Promise.all(
        [
          ...[history, violationTopic, evidenceTopic, statuses, modelStatuses],
          ...[control, vault, cameraVault, clickhouse, passwordChecks],
        ].map(part => part.close()),
      );
    },
  };
}

/** Waits a moment for the first connection, so that the first health report is right. */
function firstConnection(redis: Redis): Promise<void> {
  return new Promise(resolve => {
    redis.once('ready', () => resolve());
    setTimeout(resolve, FIRST_CONNECTION_WITHIN_MS);
  });
}

/** Connects in the background and reconnects after each loss. While Redis is away, commands fail at once. */
function connectRedis(url: string, options: { readonly enableOfflineQueue: boolean }): Redis {
  const redis = new Redis(url, {
    ...options,
    maxRetriesPerRequest: 1,
    commandTimeout: 2_000,
    retryStrategy: times => Math.min(100 * 2 ** times, 5_000),
  });
  redis.on('error', () => {}); // the health page shows that Redis is away
  return redis;
}
