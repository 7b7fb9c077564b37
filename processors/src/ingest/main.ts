import { join, resolve } from 'node:path';
import { topics } from '@sightline/schemas';
import { openControl, openVault } from '../control/index.ts';
import { readSecrets, runProcess } from '../process/index.ts';
import { loginOf } from './camera-login.ts';
import { readEnv } from './env.ts';
import { Ingest, now } from './ingest.ts';
import { LiveVideos } from './live-videos.ts';
import { StatusLog } from './status-log.ts';
import { VideosWatcher } from './videos/watcher.ts';
import { WebcamPictures } from './webcam-pictures.ts';

const env = readEnv(process.env);
/** Cameras run by the present configuration, and changes take effect within seconds, so a short history is enough. */
const HISTORY_MS = 60_000;

await runProcess({
  service: 'ingest',
  env,
  topics: [topics.frames, topics.cameraStatus, topics.control, topics.vault],
  async start({ cell, logger, signal, fail }) {
    const control = await openControl(cell, fail, {
      snapshot: join(env.SIGHTLINE_DATA, 'control', 'ingest.snapshot'),
      historyMs: HISTORY_MS,
      onNotice: notice => logger.warn(notice),
    });
    const { cameraKey } = readSecrets(env.SIGHTLINE_SECRETS, ['cameraKey']);
    const [statuses, vault] = await Promise.all([StatusLog.open(cell), openVault(cell, cameraKey)]);
    const folders = { videos: resolve(env.VIDEOS_DIR), scenes: resolve(env.SCENES_DIR) };
    const watcher: VideosWatcher = new VideosWatcher({
      folder: folders.videos,
      site: env.SITE,
      maxFps: env.VIDEOS_MAX_FPS,
      control,
      statuses,
      logger,
      signal,
      now,
      publish: (cameraId, status) => ingest.publishStatus(cameraId, status),
    });
    const webcams = new WebcamPictures(env.REDIS_URL, env.NAME_PREFIX, now);
    const videos = new LiveVideos(env.REDIS_URL, env.NAME_PREFIX, logger, now);
    const ingest = new Ingest({
      cell,
      control,
      statuses,
      logger,
      fail,
      site: env.SITE,
      folders,
      camerasPerDecoder: env.CAMERAS_PER_DECODER,
      motionGate: env.MOTION_GATE,
      fileSpeed: env.FILE_SPEED,
      instanceId: env.GROUP_INSTANCE_ID,
      webcams,
      videos,
      loginOf: camera => loginOf(vault, camera),
      readable: (fileName, sha256) => watcher.readable(fileName, sha256),
    });
    await ingest.start();
    void watcher.run().catch(fail);
    return {
      metrics: ingest.metrics,
      report() {
        const { status, details } = ingest.report();
        const videos = watcher.troubles;
        const { reason, details: folded } = control.health();
        return {
          status: status === 'healthy' && reason !== undefined ? 'degraded' : status,
          details: {
            ...(reason !== undefined && { reason }),
            ...details,
            control: folded,
            ...(Object.keys(videos).length > 0 && { videos }),
          },
        };
      },
      async stop() {
        await ingest.stop();
        webcams.close();
        videos.close();
        await Promise.all([statuses.close(), vault.close(), control.close()]);
      },
    };
  },
});
