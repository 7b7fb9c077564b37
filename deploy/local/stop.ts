/** `npm run stop`: ends all processes that `npm start` started in a data folder, and waits for them. */
import { parseArgs } from 'node:util';
import { DataFolder, root } from './folder.ts';
import { endLeftovers, lives } from './leftovers.ts';
import { giveFolderBack, runningSupervisor } from './run-file.ts';
import { readSettings } from './settings.ts';

const { values } = parseArgs({ options: { data: { type: 'string' }, help: { type: 'boolean' } } });
if (values.help) {
  console.log(
    'npm run stop [-- --data DIR]\n\nEnds what `npm start` started in DIR (default .sightline); returns when all has ended.',
  );
  process.exit(0);
}

const folder = new DataFolder(values.data ?? readSettings().SIGHTLINE_DATA ?? `${root}/.sightline`);
const run = runningSupervisor(folder);
if (run !== undefined) {
  process.kill(run.pid, 'SIGTERM');
  const endMs = performance.now() + 15_000;
  while (lives(run.pid, run.ticks) && performance.now() < endMs) await new Promise(resolve => setTimeout(resolve, 100));
  if (lives(run.pid, run.ticks)) process.kill(run.pid, 'SIGKILL');
}
const left = await endLeftovers(folder.path, 5_000);
giveFolderBack(folder);
if (run === undefined)
  console.log(left === 0 ? 'nothing was running' : `ended ${left} processes that an earlier start had left`);
else console.log('stopped');
