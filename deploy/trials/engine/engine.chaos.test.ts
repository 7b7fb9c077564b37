/** A seeded tenth of `npm run chaos -- engine --full`: the same trials, fewer runs of each. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';

const LIMIT_MS = 900_000;

interface Verdict {
  readonly name: string;
  readonly pass: boolean;
  readonly runs: number;
  readonly proofs: number;
}

test(
  'under every kind of fault each record has exactly one output, and every broken engine is detected',
  async () => {
    const script = join(import.meta.dirname, '../chaos/engine.ts');
    const child = spawn(process.execPath, [script, '--json'], { stdio: ['ignore', 'pipe', 'inherit'] });
    const ended = once(child, 'close');
    const lines = (await text(child.stdout)).split('\n').filter(Boolean);
    const verdicts = lines.map(line => JSON.parse(line) as Verdict);
    expect(verdicts.filter(({ pass }) => !pass)).toEqual([]);
    expect(verdicts.filter(({ runs, proofs }) => proofs < runs)).toEqual([]);
    expect(verdicts.filter(({ name }) => name.startsWith('kill -9')).length).toBe(8);
    expect(verdicts.filter(({ name }) => name.startsWith('broken')).length).toBe(6);
    expect(await ended).toEqual([0, null]);
  },
  LIMIT_MS,
);
