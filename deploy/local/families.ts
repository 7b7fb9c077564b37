/** `npm run bench|eval|chaos -- NAME` and `npm run train`: finds the script and runs it. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './folder.ts';
import { readSettings } from './settings.ts';

interface Member {
  readonly script: string;
  readonly says: string;
}

const FAMILIES: Readonly<Record<string, Readonly<Record<string, Member>>>> = {
  bench: {
    engine: {
      script: 'deploy/trials/bench-engine.ts',
      says: 'a windowed count, beside Kafka Streams 4.3 and alone; latency',
    },
    restore: { script: 'deploy/trials/bench-restore.ts', says: 'time to restore state: a crash, a move, a lost disk' },
    produce: { script: 'deploy/trials/bench-produce.ts', says: 'our producer beside kafkajs' },
    pipeline: { script: 'deploy/trials/bench-pipeline.ts', says: 'milliseconds of each hop with three cameras' },
    gateway: {
      script: 'deploy/trials/bench-gateway.ts',
      says: 'pages and statistics per second at 300,000 violations, beside a server that sends a stored page',
    },
    clickhouse: {
      script: 'deploy/trials/bench-clickhouse.ts',
      says: 'the embedded ClickHouse: SELECT 1 under slow analysts, judging a statement',
    },
    sink: { script: 'deploy/trials/bench-sink.ts', says: 'rows/s into ClickHouse, beside bare inserts; age of rows' },
  },
  eval: {
    conformance: {
      script: 'deploy/trials/eval-conformance.ts',
      says: "which of the engine's needs four Kafka clients meet",
    },
    detector: {
      script: 'models/scripts/eval-detector.ts',
      says: 'mAP50 by class and slice; --data DIR for your pictures',
    },
    violations: { script: 'deploy/trials/eval-violations.ts', says: 'precision and recall on unseen scenes' },
  },
  chaos: {
    sink: { script: 'deploy/trials/chaos-sink.ts', says: 'kills the ClickHouse sink around its blocks: each row once' },
    engine: {
      script: 'deploy/trials/chaos-engine.ts',
      says: 'kill -9, zombies, held commits, a dying broker: every record exactly once',
    },
    simulator: {
      script: 'deploy/trials/chaos-simulator.ts',
      says: 'the engine in virtual time, with seeded crashes, stalls and losses; a seed can be replayed',
    },
    soak: { script: 'deploy/trials/soak-engine.ts', says: 'twice the load the engine can take: memory, then idle CPU' },
    stack: { script: 'deploy/trials/chaos-stack.ts', says: 'kill -9 at random moments: every violation exactly once' },
  },
};
const TRAIN: Member = { script: 'models/training/train.ts', says: 'trains a detector; --data DIR for your pictures' };

function usage(family: string): string {
  const members = Object.entries(FAMILIES[family] ?? {}).map(
    ([name, { says }]) => `  npm run ${family} -- ${name.padEnd(12)} ${says}`,
  );
  return `${members.join('\n')}\n\nOptions: --json (figures as JSON), --full (the long run), --help of each`;
}

function find(
  family: string,
  args: readonly string[],
): { readonly member: Member | undefined; readonly rest: readonly string[] } {
  if (family === 'train') return { member: TRAIN, rest: args };
  const [name = '', ...rest] = args;
  return { member: FAMILIES[family]?.[name], rest };
}

const family = readSettings().SIGHTLINE_COMMAND ?? 'bench';
const args = process.argv.slice(2);
const { member, rest } = find(family, args);
if (member === undefined) {
  const asked = args[0] !== undefined && !args[0].startsWith('-');
  if (asked) console.error(`there is no ${family} called ${args[0]}; there are:`);
  console.log(usage(family));
  process.exitCode = asked ? 2 : 0;
} else if (!existsSync(join(root, member.script))) {
  console.error(`${member.script} is not in this copy`);
  process.exitCode = 2;
} else {
  const child = spawn(process.execPath, [join(root, member.script), ...rest], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
  child.once('close', code => {
    process.exitCode = code ?? 1;
  });
}
