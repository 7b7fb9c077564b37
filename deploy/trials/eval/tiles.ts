/** `npm run eval -- tiles`: what tiles find of far objects, and what they cost. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { root } from '../../local/folder.ts';
import { type Figure, figureOptions, printFigures } from '../tools/figure.ts';

const options = figureOptions();

const child = spawn(process.execPath, ['processors/bench/tiles.bench.ts', ...(options.full ? ['--full'] : [])], {
  cwd: root,
  stdio: ['ignore', 'pipe', 'inherit'],
});
const ended = once(child, 'exit');
const figures: Figure[] = [];
for await (const line of createInterface(child.stdout)) figures.push(JSON.parse(line) as Figure);
const [code] = await ended;
printFigures(figures, options);
if (code !== 0) process.exitCode = 1;
