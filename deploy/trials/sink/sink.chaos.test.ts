/** A seeded tenth of `npm run chaos -- sink --full`: the same trials, one run of each. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';

const LIMIT_MS = 900_000;

interface Verdict {
  readonly name: string;
  readonly pass: boolean;
}

test(
  'around every block a sink may die, stall or lose its database: rows and rollups equal the log, and a broken sink is detected',
  async () => {
    const script = join(import.meta.dirname, '../chaos/sink.ts');
    const child = spawn(process.execPath, [script, '--json'], { stdio: ['ignore', 'pipe', 'inherit'] });
    const ended = once(child, 'close');
    const lines = (await text(child.stdout)).split('\n').filter(line => line.startsWith('{'));
    await ended;
    const verdicts = lines.map(line => JSON.parse(line) as Verdict);
    expect(verdicts.filter(({ pass }) => !pass)).toEqual([]);
    expect(verdicts.length).toBe(13);
  },
  LIMIT_MS,
);
