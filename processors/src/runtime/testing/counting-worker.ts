import { connectLog } from '../../log/index.ts';
import { StreamsApp } from '../streams-app.ts';
import { countingTopology } from './counting.ts';

/** One process of the counting application: `node counting-worker.ts BROKERS PREFIX [INSTANCE]`, to be killed at will. */
const [brokers = '', prefix = '', instance] = process.argv.slice(2);
const log = await connectLog({ brokers: brokers.split(','), clientId: `${prefix}worker` });
const app = new StreamsApp({
  applicationId: `${prefix}counting`,
  topology: countingTopology(),
  log,
  namePrefix: prefix,
  ...(instance === undefined ? {} : { instanceId: instance }),
  onError: (error, lane) => console.error(`lane ${lane}: ${error instanceof Error ? error.message : error}`),
  onFatal(error) {
    console.error(error);
    process.exit(1);
  },
});
process.once('SIGTERM', async () => {
  await app.close();
  await log.close();
  process.exit(0);
});
await app.start();
console.log('started');
