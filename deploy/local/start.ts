/** `npm start`: starts the product, prints URL and login, and keeps it running until Ctrl-C. */
import { parseArgs } from 'node:util';
import { bringUp, STEPS, videosFolder } from './bring-up.ts';
import { watchDisk } from './disk-watch.ts';
import { DataFolder } from './folder.ts';
import { endLeftovers, MARK } from './leftovers.ts';
import { showLine } from './lines.ts';
import type { Addresses } from './parts.ts';
import { claimPort, DEFAULT_PORT } from './ports.ts';
import { Progress, report } from './progress.mjs';
import { ReadyFile } from './ready.ts';
import { giveFolderBack, takeFolder } from './run-file.ts';
import { ensureSecrets } from './secrets.ts';
import { readSettings } from './settings.ts';
import { Supervisor } from './supervisor.ts';
import { describeWall, findWall } from './wall.ts';

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    port: { type: 'string', default: String(DEFAULT_PORT) },
    demo: { type: 'boolean' },
    probe: { type: 'boolean', default: true },
    quiet: { type: 'boolean', default: false },
  },
  allowNegative: true,
});

const stopping = new AbortController();
let isReady = false;

async function main(): Promise<void> {
  const settings = readSettings();
  const folder = DataFolder.make(DataFolder.chosen(values.data, settings.SIGHTLINE_DATA).path);
  await takeFolder(folder);
  process.env[MARK] = folder.path; // the children that render and build inherit it, so a stop finds them too
  let ready: ReadyFile | undefined;
  const say = (name: string, text: string): void => console.log(`${isReady ? '' : '\n'}${showLine(name, text)}`);
  watchDisk(folder.path, text => say('disk', text));
  const supervisor = new Supervisor({
    folder,
    // During the start the screen shows only the steps. Each log has all lines.
    onLine: (name, line) => isReady && !values.quiet && console.log(showLine(name, line)),
    onRestart: (name, reason, waitMs) => say(name, `ended (${reason}); starts again in ${waitMs / 1000} s`),
    onStart: () => ready?.write(),
  });
  endOnSignal(supervisor, folder);
  try {
    const gatewayPort = await claimPort(Number(values.port), 'pages and API', 'npm start -- --port N');
    const [done = 0, total = STEPS] = (settings.SIGHTLINE_STEPS ?? '').split('/').filter(Boolean).map(Number);
    const secrets = ensureSecrets(folder.secrets);
    const progress = new Progress(total, done, stopping.signal);
    const { demo, probe } = values;
    const videos = videosFolder(folder, settings);
    const addresses: Addresses = await bringUp({
      folder,
      settings,
      secrets,
      supervisor,
      progress,
      gatewayPort,
      videos,
      demo,
      probe,
    });
    stopping.signal.throwIfAborted();
    const url = `http://127.0.0.1:${gatewayPort}`;
    ready = new ReadyFile(folder, { url, secrets, videos, addresses, supervisor });
    ready.write();
    const { login, password } = secrets.firstLogin;
    console.log(`\n  open      ${url}\n  login     ${login}\n  password  ${password} (until it is changed)`);
    console.log(`  videos    ${videos} (a video file put there becomes a camera)`);
    const wall = findWall();
    if (addresses.embedded.includes('clickhouse') && !wall.stands) console.log(`  note      ${describeWall(wall)}`);
    console.log('\nready');
    isReady = true;
  } catch (error) {
    if (stopping.signal.aborted) return; // Ctrl-C during the start
    stopping.abort();
    await supervisor.stop();
    await endLeftovers(folder.path, 1_000);
    giveFolderBack(folder);
    process.exit(report(error));
  }
}

/** Stops everything in order on Ctrl-C, `npm run stop` and a closed terminal. */
function endOnSignal(supervisor: Supervisor, folder: DataFolder): void {
  const end = async (): Promise<void> => {
    if (stopping.signal.aborted) return;
    stopping.abort();
    console.log('\nstopping');
    await supervisor.stop();
    await endLeftovers(folder.path, 1_000);
    giveFolderBack(folder);
    console.log('stopped');
    process.exit(0);
  };
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, end);
}

await main().catch(error => process.exit(report(error)));
