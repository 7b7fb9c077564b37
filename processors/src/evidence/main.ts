import { join } from 'node:path';
import { topics } from '@sightline/schemas';
import { folderBlobStore } from '../blobs/index.ts';
import { readSecrets, runProcess } from '../process/index.ts';
import { Collector } from './collector.ts';
import { readEnv } from './env.ts';

const env = readEnv(process.env);
const { blobKey } = readSecrets(env.SIGHTLINE_SECRETS, ['blobKey']);
const blobs = folderBlobStore(join(env.SIGHTLINE_DATA, 'blobs'), blobKey);

await runProcess({
  service: 'evidence',
  env,
  topics: [topics.violations, topics.frames, topics.evidence],
  async start({ cell, logger, signal, fail }) {
    const collector = new Collector({ cell, blobs, logger, signal, instanceId: env.GROUP_INSTANCE_ID, fail });
    await collector.start();
    return collector;
  },
});
