import { join } from 'node:path';
import { topics } from '@sightline/schemas';
import { folderBlobStore } from '../blobs/index.ts';
import { readSecrets, runProcess } from '../process/index.ts';
import { Collector } from './collector.ts';
import { readEnv } from './env.ts';
import { FOLLOWED_TOPICS, FollowedTopics } from './followed-topics.ts';

const env = readEnv(process.env);
const { blobKey } = readSecrets(env.SIGHTLINE_SECRETS, ['blobKey']);
const blobs = folderBlobStore(join(env.SIGHTLINE_DATA, 'blobs'), blobKey);

await runProcess({
  service: 'evidence',
  env,
  topics: [topics.violations, topics.frames, topics.evidence, ...FOLLOWED_TOPICS, topics.deadLetters],
  async start({ cell, logger, signal, fail }) {
    const member = { cell, logger, signal, instanceId: env.GROUP_INSTANCE_ID, fail };
    const collector = new Collector({ ...member, blobs });
    const followed = new FollowedTopics(member);
    await Promise.all([collector.start(), followed.start()]);
    return {
      report() {
        const { status, details } = collector.report();
        const { trouble, deadLettered: deadLetters } = followed;
        const reason = details.reason ?? trouble;
        return {
          status: trouble === undefined ? status : 'degraded',
          details: { ...details, ...(reason !== undefined && { reason }), deadLetters },
        };
      },
      async stop() {
        await Promise.all([collector.stop(), followed.stop()]);
      },
    };
  },
});
