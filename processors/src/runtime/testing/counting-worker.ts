import { connectLog } from '../../log/index.ts';
import { StreamsApp } from '../streams-app.ts';
import { countingTopology } from './counting.ts';
import { DEATHS, dyingLog } from './dying-log.ts';

/** One process of the counting application, to be killed at will, or by itself: BROKERS PREFIX [INSTANCE [DEATH COMMIT]]. */
const [brokers = '', prefix = '', instance, death, commit] = process.argv.slice(2);
const connected = await connectLog({ brokers: brokers.split(','), clientId: `${prefix}worker` });
const found = DEATHS.find(name => name === death);
const log = found === undefined ? connected : dyingLog(connected, found, Number(commit));
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
