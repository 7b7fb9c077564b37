/**
 * `npm run chaos -- disk`: the disk fills up and gets space again while scripted violations happen; each must be
 * everywhere exactly once.
 */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SmallDisk } from '../installations/small-disk.ts';
import { type OwnStack, startStack } from '../installations/stack.ts';
import { type Figure, figureOptions, printFigures } from '../tools/figure.ts';
import { scriptedRun } from '../truth/scripted-run.ts';

const options = figureOptions();

const DISK_BYTES = 1_000_000_000;
const [TIMES, FULL_MS] = options.full ? [3, 60_000] : [1, 30_000];
const BACK_WITHIN_MS = 60_000;
const GIVE_UP_MS = 180_000;
const say = (text: string): void => console.error(text);

interface Component {
  readonly name: string;
  readonly status: string;
  readonly message: string | null;
}

/** What the health page shows of processes and parts that are not well. */
async function unwell(stack: OwnStack): Promise<readonly Component[]> {
  const query = '{ health { components { name status message } } }';
  const { health } = await stack.graphql<{ health: { components: readonly Component[] } }>(query);
  return health.components.filter(({ status }) => status !== 'HEALTHY');
}

/** Keeps the disk full. Resolves with true when the terminal and the health page both reported it. */
async function keepFull(stack: OwnStack, disk: SmallDisk): Promise<boolean> {
  let [inTerminal, onPage] = [false, false];
  for (const endMs = performance.now() + FULL_MS; performance.now() < endMs; await sleep(200)) {
    disk.fill(); // a part that ends frees some space
    inTerminal ||= stack.said().some(line => line.includes('disk nearly full'));
    onPage ||= (await unwell(stack).catch(() => [])).some(
      one => one.name === 'disk' && one.message?.includes('nearly full'),
    );
  }
  disk.free();
  return inTerminal && onPage;
}

/** Resolves with the ms until everything is healthy, or GIVE_UP_MS. */
async function untilHealthy(stack: OwnStack): Promise<number> {
  const startMs = performance.now();
  let last: unknown;
  while (performance.now() - startMs < GIVE_UP_MS) {
    last = await unwell(stack).catch(String);
    if (Array.isArray(last) && last.length === 0) return performance.now() - startMs;
    await sleep(500);
  }
  say(`still not healthy: ${JSON.stringify(last)}`);
  return GIVE_UP_MS;
}

async function outages(stack: OwnStack, disk: SmallDisk): Promise<readonly Figure[]> {
  const found: Figure[] = [];
  for (let time = 1; time <= TIMES; time++) {
    await sleep(15_000);
    const said = await keepFull(stack, disk);
    const backMs = await untilHealthy(stack);
    say(`full disk ${time} of ${TIMES}: ${said ? 'said' : 'NOT SAID'}, healthy after ${Math.round(backMs)} ms`);
    const [value, peer] = [backMs / 1_000, BACK_WITHIN_MS / 1_000];
    found.push({ name: 'healthy after space came back', value, unit: 's', peer, pass: said && value <= peer, said });
  }
  return found;
}

async function run(stack: OwnStack, disk: SmallDisk): Promise<readonly Figure[]> {
  const { faults, figures } = await scriptedRun(stack, () => outages(stack, disk));
  return [...faults, ...figures];
}

const disk = new SmallDisk(DISK_BYTES);
try {
  const stack = await startStack({ folder: join(disk.path, 'data') });
  try {
    printFigures(await run(stack, disk), options);
  } finally {
    await stack.stop();
  }
} finally {
  disk.close();
}
