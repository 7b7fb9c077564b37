// Every npm command, and what each can run. The help of a script is the text file beside it, and arguments.mjs accepts
// exactly the options that this text lists. Plain JavaScript for Node 20 without packages.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from './arguments.mjs';

/**
 * `script`: path below the root, without its ending; a family has `members` instead. `needs`: what must be fetched before
 * it can run. `steps`: how many more steps the script announces.
 */
export const COMMANDS = {
  start: {
    script: 'deploy/local/start',
    needs: ['packages', 'parts'],
    steps: 7,
    says: 'run everything here, print URL and login',
  },
  stop: {
    script: 'deploy/local/stop',
    needs: [],
    says: 'stop all processes of `npm start`; returns when they have ended',
  },
  doctor: { script: 'deploy/local/doctor', needs: [], says: 'check machine, settings, rights and running processes' },
  test: { script: 'deploy/local/test', needs: ['packages', 'parts', 'browser'], says: 'run every suite, or some' },
  check: {
    script: 'deploy/local/check',
    needs: ['packages'],
    says: 'generated files, lint, types, fast tests, house rules',
  },
  bench: {
    needs: ['packages', 'parts'],
    says: 'benchmarks',
    members: {
      engine: 'a windowed count, beside Kafka Streams 4.3 and alone; latency',
      restore: 'time to restore state: a crash, a move, a lost disk',
      produce: 'our producer beside kafkajs',
      cameras: 'live cameras: from seen to detection and to the pixel in Chromium; CPU of each process',
      models: 'models that come and go in an inference thread: time of a change, memory',
      ort: 'recordings through the product beside a Python loop; inference beside ONNX Runtime alone',
      pipeline: 'milliseconds of each step with three cameras',
      gateway: 'pages and statistics per second at 300,000 violations, beside a server that sends a stored page',
      clickhouse: 'the embedded ClickHouse: SELECT 1 under slow analysts, checking a statement',
      sink: 'rows/s into ClickHouse, beside bare inserts; age of rows',
    },
  },
  eval: {
    needs: ['packages', 'parts'],
    says: 'evaluations',
    members: {
      conformance: 'which promises that the engine needs four Kafka clients keep',
      detector: 'mAP50 by class and slice; --data DIR for your pictures',
      real: 'the networks that ship, on real pictures and videos, beside the originals',
      tiles: 'far objects in real pictures, with and without tiles, and what they cost',
      violations: 'precision and recall on unseen scenes',
    },
  },
  chaos: {
    needs: ['packages', 'parts'],
    says: 'crash tests',
    members: {
      sink: 'kills the ClickHouse sink around its blocks: each row once',
      engine: 'kill -9, zombies, held commits, a dying broker: every record exactly once',
      cameras: 'RTSP cameras with seeded troubles, killed ingest and inference: every picture whole, every gap counted',
      decoders: 'harmed recordings and streams: only decoders end, nothing is left',
      simulator: 'the engine in virtual time, with seeded crashes, stalls and losses; a seed can be replayed',
      soak: 'twice the load the engine can take: memory, then idle CPU',
      disk: 'a full disk, then space again: every violation exactly once (as root)',
      stack: 'kill -9 at random moments: every violation exactly once',
    },
  },
  model: {
    needs: ['packages'],
    says: 'own models',
    members: {
      check: 'what an ONNX file is, and the card it would get, or why it is refused; runs nothing of it',
    },
  },
  train: { script: 'models/training/train', needs: ['packages'], says: 'train a detector on your pictures' },
};

/** What members need beside the needs of their family. */
const NEEDS_MORE = {
  'bench/cameras': ['rtsp', 'browser'],
  'chaos/cameras': ['rtsp'],
};

/** Members whose script is not `deploy/trials/FAMILY/MEMBER`; the help stays beside the script. */
const ELSEWHERE = {
  'eval/detector': 'models/scripts/eval-detector',
  'eval/real': 'models/scripts/eval-real',
  'model/check': 'models/scripts/check-model',
};

const columns = (entries, width) => entries.map(([name, says]) => `  ${name.padEnd(width)} ${says}`).join('\n');

/** The list of all commands. */
export function commandsHelp() {
  const lines = Object.entries(COMMANDS).map(([name, { says }]) => [name, says]);
  return `Usage: npm run COMMAND [-- OPTIONS]\n\n${columns(lines, 8)}\n\nOptions of one command: npm run COMMAND -- --help`;
}

function familyHelp(name, members) {
  const lines = columns(Object.entries(members), 12);
  return `npm run ${name} -- NAME [OPTIONS]\n\n${lines}\n\nOptions of one: npm run ${name} -- NAME --help`;
}

/** `npm start`, but `npm run stop`: how people write the command. */
const spoken = name => (name === 'start' || name === 'test' ? `npm ${name} --` : `npm run ${name} --`);

/**
 * The script of a command line, with its help and arguments. A family asked for its own help has no script.
 * Throws UsageError for a member that a family lacks.
 * @param {keyof typeof COMMANDS} name
 * @param {readonly string[]} args
 * @param {string} root
 */
export function findScript(name, args, root) {
  const { script, members, needs } = COMMANDS[name];
  const at = (path, asked, rest, more = []) => ({
    path: `${path}.ts`,
    needs: [...needs, ...more],
    help: readFileSync(join(root, `${path}.txt`), 'utf8').trimEnd(),
    command: asked,
    args: rest,
  });
  if (members === undefined) return at(script, spoken(name), args);
  const [member = '', ...rest] = args;
  if (member === '--help' || member === '-h')
    return { help: familyHelp(name, members), needs, command: spoken(name), args };
  if (!Object.hasOwn(members, member)) {
    const trouble = member === '' || member.startsWith('-') ? 'needs a name first' : `has no ${member}`;
    throw new UsageError(`npm run ${name} ${trouble}; there are ${Object.keys(members).join(', ')}`, spoken(name));
  }
  const path = ELSEWHERE[`${name}/${member}`] ?? `deploy/trials/${name}/${member}`;
  return at(path, `${spoken(name)} ${member}`, rest, NEEDS_MORE[`${name}/${member}`]);
}
