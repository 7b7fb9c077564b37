import { parseArgs } from 'node:util';
import { connectLog } from '../../log/index.ts';
import { messageOf } from '../errors.ts';
import { StreamsApp } from '../streams-app.ts';
import { BREAKS, brokenLog } from './broken-log.ts';
import { countingTopology } from './counting.ts';
import { FaultLog, faultyWatch, type Plan } from './fault-plan.ts';
import { MOMENTS, watchedLog } from './watched-log.ts';
import { watchedSockets } from './watched-sockets.ts';

/**
 * One process of the counting application. The test kills or stops it, or the process does so itself at a chosen
 * moment.
 */
const { values } = parseArgs({
  options: {
    brokers: { type: 'string', default: '' },
    prefix: { type: 'string', default: '' },
    /** File for the events of this process. */
    faults: { type: 'string', default: '/dev/null' },
    instance: { type: 'string' },
    session: { type: 'string', default: '6000' },
    rebalance: { type: 'string', default: '3000' },
    /** Folder for state on disk; absent: state in memory. */
    state: { type: 'string' },
    standbys: { type: 'string', default: '0' },
    /** All connections go to this port. */
    proxy: { type: 'string' },
    moment: { type: 'string' },
    occurrence: { type: 'string', default: '1' },
    lane: { type: 'string' },
    act: { type: 'string', default: 'kill' },
    broken: { type: 'string' },
    /** Reports the used heap every so many ms. */
    heap: { type: 'string' },
    /** Works this many µs for each record, until SIGUSR2. */
    'work-us': { type: 'string', default: '0' },
  },
});
const faults = new FaultLog(values.faults);
const moment = MOMENTS.find(name => name === values.moment);
const plan: Plan | undefined =
  moment === undefined
    ? undefined
    : {
        moment,
        occurrence: Number(values.occurrence),
        lane: values.lane,
        act: values.act === 'stop' ? 'stop' : 'kill',
      };
const watch = faultyWatch(faults, plan);
const connected = await connectLog({
  brokers: values.brokers.split(','),
  clientId: `${values.prefix}worker`,
  socketFactory: watchedSockets(
    () => watch.at('end in flight', ''),
    values.proxy === undefined ? undefined : Number(values.proxy),
  ),
});
const broken = BREAKS.find(name => name === values.broken);
// without transactions only the outermost calls are visible
const log =
  broken === undefined
    ? watchedLog(connected, watch)
    : broken === 'no transaction'
      ? watchedLog(brokenLog(connected, broken), watch)
      : brokenLog(watchedLog(connected, watch), broken);

let workMs = Number(values['work-us']) / 1000;
process.on('SIGUSR2', () => {
  workMs = 0;
});
function work(): void {
  for (const endMs = performance.now() + workMs; performance.now() < endMs; );
}

const app = new StreamsApp({
  applicationId: `${values.prefix}counting`,
  topology: countingTopology(work),
  log,
  namePrefix: values.prefix,
  sessionTimeoutMs: Number(values.session),
  rebalanceTimeoutMs: Number(values.rebalance),
  standbyReplicas: Number(values.standbys),
  ...(values.state === undefined ? {} : { stateDir: values.state, storeEngine: 'lmdb' }),
  ...(values.instance === undefined ? {} : { instanceId: values.instance }),
  onError: (error, lane) => faults.write({ is: 'error', lane, message: messageOf(error) }),
  onFatal(error) {
    faults.write({ is: 'fatal', message: messageOf(error) });
    console.error(error);
    process.exit(1);
  },
});
process.once('SIGTERM', async () => {
  await app.close();
  await log.close();
  faults.write({ is: 'closed' });
  process.exit(0);
});
await app.start();
faults.write({ is: 'started' });
if (values.heap !== undefined)
  setInterval(() => faults.write({ is: 'heap', bytes: process.memoryUsage().heapUsed }), Number(values.heap)).unref();
