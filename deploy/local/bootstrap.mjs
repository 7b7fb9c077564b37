// Every npm command starts here. Checks the machine, fetches missing packages and parts, then runs the command under Node 24.
// Plain JavaScript for Node 20 without packages, because nothing is installed yet when it runs.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fetchPackages, fetchParts } from './fetch.mjs';
import { checkMachine, installMissing, refuse, wanted } from './machine.mjs';
import { Progress, report } from './progress.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = join(root, '.sightline');
const cache = resolve(process.env.SIGHTLINE_CACHE || join(folder, 'cache'));

/** `needs`: what must be fetched before the command can run; `steps`: how many more steps its script announces. */
const COMMANDS = {
  start: { script: 'start', needs: ['packages', 'parts'], steps: 7, says: 'run everything here, print URL and login' },
  stop: {
    script: 'stop',
    needs: ['node'],
    steps: 0,
    says: 'stop all processes of `npm start`; returns when they have ended',
  },
  doctor: {
    script: 'doctor',
    needs: [],
    steps: 0,
    says: 'check machine, settings, rights and running processes; --json',
  },
  test: {
    script: 'test',
    needs: ['packages', 'parts', 'browser'],
    steps: 0,
    says: 'every suite, or --suite unit,kafka',
  },
  check: {
    script: 'check',
    needs: ['packages'],
    steps: 0,
    says: 'generated files, lint, types, fast tests, house rules',
  },
  bench: { script: 'families', needs: ['packages', 'parts'], steps: 0, says: 'benchmarks: npm run bench -- NAME' },
  eval: { script: 'families', needs: ['packages', 'parts'], steps: 0, says: 'evaluations: npm run eval -- NAME' },
  chaos: { script: 'families', needs: ['packages', 'parts'], steps: 0, says: 'crash tests: npm run chaos -- NAME' },
  train: { script: 'families', needs: ['packages'], steps: 0, says: 'train a detector: npm run train -- --data DIR' },
};

function usage() {
  const lines = Object.entries(COMMANDS).map(([name, { says }]) => `  ${name.padEnd(8)} ${says}`);
  return `Usage: npm run COMMAND [-- OPTIONS]\n\n${lines.join('\n')}\n\nOptions of one command: npm run COMMAND -- --help`;
}

/** Checks and fetches, as numbered steps. Returns the number of all steps and of those done. */
async function prepare(command) {
  const needs = new Set(command.needs);
  const done = 1 + Number(needs.has('packages')) + Number(needs.has('parts'));
  const total = done + command.steps;
  const progress = new Progress(total);
  await progress.step('Check the machine', say => {
    const look = () => checkMachine({ folder, browser: needs.has('browser') }).filter(each => !each.ok);
    let failed = look();
    const missing = [...failed, ...wanted({ browser: needs.has('browser') }).filter(each => !each.ok)];
    if (missing.length > 0) {
      installMissing(missing, say);
      failed = look();
    }
    refuse(failed);
    say(`Node ${process.versions.node}`);
  });
  if (needs.has('packages')) await progress.step('npm packages', say => fetchPackages({ root, folder, say }));
  const external = process.env.KAFKA_BROKERS && process.env.SCHEMA_REGISTRY_URL;
  if (needs.has('parts'))
    await progress.step('Broker and registry', say =>
      external ? say('both are set by the environment') : fetchParts({ root, folder, cache, say }),
    );
  return { done, total };
}

/** Runs a script of this folder on the Node 24 from npm. Passes signals on and exits with the script's code. */
function goOn(script, args, env) {
  const node = join(root, 'node_modules/.bin/node');
  const child = spawn(node, [join(root, 'deploy/local', `${script}.ts`), ...args], {
    stdio: 'inherit',
    env: { ...process.env, PATH: `${join(root, 'node_modules/.bin')}:${process.env.PATH}`, ...env },
  });
  // A terminal sends Ctrl-C to the child too. We only wait until the child has ended.
  process.on('SIGINT', () => undefined);
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', code => process.exit(code ?? 1));
  child.on('error', error => process.exit(report(error)));
}

async function main([name, ...args]) {
  const command = COMMANDS[name ?? '--help'];
  if (command === undefined || !Object.hasOwn(COMMANDS, name)) {
    console.log(usage());
    process.exit(name === undefined || name === '--help' ? 0 : 2);
  }
  mkdirSync(join(folder, 'logs'), { recursive: true, mode: 0o700 });
  const installed = existsSync(join(root, 'node_modules/.bin/node'));
  const asksHelp = args.includes('--help') && installed;
  const env = { SIGHTLINE_CACHE: cache, SIGHTLINE_COMMAND: name };
  if (asksHelp) return goOn(command.script, args, env);
  if (name === 'doctor') return doctor(args, env, installed);
  if (name === 'stop' && !installed) return console.log('nothing runs here: packages are not installed yet');
  if (name === 'stop') return goOn(command.script, args, env);
  const { done, total } = await prepare(command);
  return goOn(command.script, args, { ...env, SIGHTLINE_STEPS: `${done}/${total}` });
}

/** Checks the machine here, so that `doctor` works before anything is installed. */
function doctor(args, env, installed) {
  const checks = checkMachine({ folder, browser: true });
  if (installed) return goOn('doctor', args, { ...env, SIGHTLINE_MACHINE: JSON.stringify(checks) });
  checks.push({ name: 'npm packages', ok: false, found: 'not installed', needed: 'as locked', fix: 'npm start' });
  if (args.includes('--json')) console.log(JSON.stringify({ checks }, null, 2));
  else
    for (const { name, ok, found, fix } of checks)
      console.log(`${ok ? 'ok  ' : 'FAIL'} ${name.padEnd(14)} ${found}${ok ? '' : `\n     fix: ${fix}`}`);
  process.exitCode = checks.every(each => each.ok) ? 0 : 1;
}

main(process.argv.slice(2)).catch(error => {
  process.exitCode = report(error);
});
