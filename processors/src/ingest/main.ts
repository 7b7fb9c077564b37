import { resolve } from 'node:path';
import { topics } from '@sightline/schemas';
import { openControl } from '../control/index.ts';
import { runProcess } from '../process/index.ts';
import { readEnv } from './env.ts';
import { Ingest } from './ingest.ts';
import { openStatusLog } from './status-log.ts';

const env = readEnv(process.env);

await runProcess({
  service: 'ingest',
  env,
  topics: [topics.frames, topics.cameraStatus, topics.control],
  async start({ cell, logger, fail }) {
    const control = await openControl(cell, fail);
    const statuses = await openStatusLog(cell, fail);
    const ingest = new Ingest({
      cell,
      control,
      statuses,
      logger,
      fail,
      site: env.SITE,
      folders: { videos: resolve(env.VIDEOS_DIR), scenes: resolve(env.SCENES_DIR) },
      camerasPerDecoder: env.CAMERAS_PER_DECODER,
      motionGate: env.MOTION_GATE,
      fileSpeed: env.FILE_SPEED,
    });
    await ingest.start();
    return {
      report: () => ingest.report(),
      async stop() {
        await ingest.stop();
        await statuses.close();
        await control.close();
      },
    };
  },
});
