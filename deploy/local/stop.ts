/** `npm run stop`: ends all processes that `npm start` started in a data folder, and waits for them. Creates nothing. */
import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { checkFolder } from './data-folder.mjs';
import { DataFolder } from './folder.ts';
import { endLeftovers, lives } from './leftovers.ts';
import { report, StepError } from './progress.mjs';
import { giveFolderBack, runningSupervisor } from './run-file.ts';
import { readSettings } from './settings.ts';

const { values } = parseArgs({ options: { data: { type: 'string' } } });
const { SIGHTLINE_DATA: setting } = readSettings();

/** Ends the supervisor of the folder, SIGKILL after 15 s. Returns false when none runs. */
async function endSupervisor(folder: DataFolder): Promise<boolean> {
  const run = runningSupervisor(folder);
  if (run === undefined) return false;
  process.kill(run.pid, 'SIGTERM');
  const endMs = performance.now() + 15_000;
  while (lives(run.pid, run.ticks) && performance.now() < endMs) await new Promise(resolve => setTimeout(resolve, 100));
  if (lives(run.pid, run.ticks)) process.kill(run.pid, 'SIGKILL');
  return true;
}

/** Returns what it did, in words. A folder that the user named and that does not exist is an error. */
async function stop(): Promise<string> {
  const folder = DataFolder.chosen(values.data, setting);
  if (existsSync(folder.path)) checkFolder(folder.path, '--data DIR');
  const ran = await endSupervisor(folder);
  const left = await endLeftovers(folder.path, 5_000);
  giveFolderBack(folder);
  if (ran) return 'stopped';
  if (left > 0) return `ended ${left} processes that an earlier start had left`;
  if (existsSync(folder.path) || (values.data ?? setting) === undefined) return 'nothing was running';
  throw new StepError(
    `there is no folder ${folder.path}, so nothing runs there`,
    'npm run stop -- --data DIR, with the DIR of npm start',
  );
}

try {
  console.log(await stop());
} catch (error) {
  process.exitCode = report(error);
}
