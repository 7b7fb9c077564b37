/** `npm run check`: the checks before a change lands. Prints one line per step with its time. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { NEXT } from './dashboard.ts';
import { root } from './folder.ts';

interface Step {
  readonly name: string;
  readonly argv: readonly [command: string, ...args: string[]];
  readonly env?: NodeJS.ProcessEnv;
}

const bin = (name: string): string => join(root, 'node_modules/.bin', name);

const STEPS: readonly Step[] = [
  { name: 'generate', argv: ['npm', 'run', '--silent', 'generate'] },
  {
    name: 'generated files are committed',
    argv: [
      'git',
      'diff',
      '--exit-code',
      '--stat',
      '--',
      '*/generated',
      '*/*/generated',
      'gateway/schema.graphql',
      'schemas/goldens',
      'THIRD-PARTY-NOTICES.md',
    ],
  },
  { name: 'biome', argv: [bin('biome'), 'check', '--error-on-warnings'] },
  { name: 'types', argv: [bin('tsc'), '-p', '.'] },
  { name: 'route types of the dashboard', argv: [process.execPath, NEXT, 'typegen', 'dashboard'] },
  { name: 'types of the dashboard', argv: [bin('tsc'), '-p', 'dashboard'] },
  {
    name: 'fast tests and house rules',
    argv: [
      process.execPath,
      'node_modules/vitest/vitest.mjs',
      'run',
      '--project',
      'unit',
      '--project',
      'topology',
      '--reporter=dot',
    ],
    env: { FAST_TESTS: '1', SIMULATOR_SEEDS: '40' }, // npm test runs the slow ones, and more seeds
  },
  { name: 'unused files and exports', argv: [bin('knip')] },
];

function run({ argv: [command, ...args], env }: Step): Promise<{ readonly ok: boolean; readonly said: string }> {
  return new Promise(resolve => {
    let said = '';
    const child = spawn(command, args, {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, FORCE_COLOR: '0', ...env },
    });
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', data => {
        said += data;
      });
    child.once('error', error => resolve({ ok: false, said: error.message }));
    child.once('close', code => resolve({ ok: code === 0, said }));
  });
}

/** Keeps the beginning and the end of a long output. */
const shorten = (lines: readonly string[]): readonly string[] =>
  lines.length <= 60 ? lines : [...lines.slice(0, 40), `... ${lines.length - 60} lines ...`, ...lines.slice(-20)];

async function main(): Promise<void> {
  let failed = 0;
  for (const step of STEPS) {
    const startMs = performance.now();
    const { ok, said } = await run(step);
    console.log(
      `${ok ? 'ok  ' : 'FAIL'} ${step.name.padEnd(32)} ${((performance.now() - startMs) / 1000).toFixed(1)} s`,
    );
    if (ok) continue;
    failed += 1;
    console.log(
      shorten(said.trimEnd().split('\n'))
        .map(line => `     ${line}`)
        .join('\n'),
    );
  }
  process.exit(failed === 0 ? 0 : 1);
}

await main();
