/** `npm run bench|eval|chaos -- NAME` and `npm run train`: finds the script and runs it. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './folder.ts';
import { readSettings } from './settings.ts';

/** Description of each member; its script is `deploy/trials/FAMILY/NAME.ts`, unless another is named. */
const FAMILIES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  bench: {
    engine: 'a windowed count, beside Kafka Streams 4.3 and alone; latency',
    restore: 'time to restore state: a crash, a move, a lost disk',
    produce: 'our producer beside kafkajs',
    pipeline: 'milliseconds of each step with three cameras',
    gateway: 'pages and statistics per second at 300,000 violations, beside a server that sends a stored page',
    clickhouse: 'the embedded ClickHouse: SELECT 1 under slow analysts, checking a statement',
    sink: 'rows/s into ClickHouse, beside bare inserts; age of rows',
  },
  eval: {
    conformance: 'which promises that the engine needs four Kafka clients keep',
    detector: 'mAP50 by class and slice; --data DIR for your pictures',
    violations: 'precision and recall on unseen scenes',
  },
  chaos: {
    sink: 'kills the ClickHouse sink around its blocks: each row once',
    engine: 'kill -9, zombies, held commits, a dying broker: every record exactly once',
    simulator: 'the engine in virtual time, with seeded crashes, stalls and losses; a seed can be replayed',
    soak: 'twice the load the engine can take: memory, then idle CPU',
    disk: 'a full disk, then space again: every violation exactly once (as root)',
    stack: 'kill -9 at random moments: every violation exactly once',
  },
};
const ELSEWHERE: Readonly<Record<string, string>> = { 'eval/detector': 'models/scripts/eval-detector.ts' };
const TRAIN = 'models/training/train.ts';

function usage(family: string): string {
  const members = Object.entries(FAMILIES[family] ?? {}).map(
    ([name, says]) => `  npm run ${family} -- ${name.padEnd(12)} ${says}`,
  );
  return `${members.join('\n')}\n\nOptions: --json (figures as JSON), --full (the long run), --help of each`;
}

/** The script to run, below the root, and its arguments; undefined: the family has no such member. */
function find(
  family: string,
  args: readonly string[],
): { readonly script: string; readonly rest: readonly string[] } | undefined {
  if (family === 'train') return { script: TRAIN, rest: args };
  const [name = '', ...rest] = args;
  if (!Object.hasOwn(FAMILIES[family] ?? {}, name)) return undefined;
  return { script: ELSEWHERE[`${family}/${name}`] ?? `deploy/trials/${family}/${name}.ts`, rest };
}

const family = readSettings().SIGHTLINE_COMMAND ?? 'bench';
const args = process.argv.slice(2);
const found = find(family, args);
if (found === undefined) {
  const asked = args[0] !== undefined && !args[0].startsWith('-');
  if (asked) console.error(`there is no ${family} called ${args[0]}; there are:`);
  console.log(usage(family));
  process.exitCode = asked ? 2 : 0;
} else if (!existsSync(join(root, found.script))) {
  console.error(`${found.script} is not in this copy`);
  process.exitCode = 2;
} else {
  const child = spawn(process.execPath, [join(root, found.script), ...found.rest], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
  child.once('close', code => {
    process.exitCode = code ?? 1;
  });
}
