import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { root } from '../../local/folder.ts';
import { type Figure, type figureOptions, printFigures } from './figure.ts';

/** Runs a bench of a package, which prints a figure a line as JSON, and prints its figures. It gets `--full`. */
export async function printBench(script: string, options: ReturnType<typeof figureOptions>): Promise<void> {
  const child = spawn(process.execPath, [script, ...(options.full ? ['--full'] : [])], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  const figures: Figure[] = [];
  for await (const line of createInterface(child.stdout)) figures.push(JSON.parse(line) as Figure);
  const [code] = await ended;
  printFigures(figures, options);
  if (code !== 0) process.exitCode = 1;
}
