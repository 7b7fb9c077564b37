// Every npm command starts here. Checks the command line, the settings and the machine, fetches missing packages and
// parts, then runs the command under Node 24.
// Plain JavaScript for Node 20 without packages, because nothing is installed yet when it runs.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readArguments, UsageError } from './arguments.mjs';
import { COMMANDS, commandsHelp, findScript } from './commands.mjs';
import { checkFolder, makeFolder, nearestFolder, refusePath } from './data-folder.mjs';
import { fetchPackages, fetchParts } from './fetch.mjs';
import { checkMachine, installMissing, refuse, wanted } from './machine.mjs';
import { Progress, report } from './progress.mjs';
import { refuseWrongSettings, wrongSettings } from './settings-check.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = join(root, '.sightline');
const cache = resolve(process.env.SIGHTLINE_CACHE || join(folder, 'cache'));
const installed = existsSync(join(root, 'node_modules/.bin/node'));

/** Checks and fetches, as numbered steps. Returns the number of all steps and of those done. */
async function prepare(needed, steps, dataFolder) {
  const needs = new Set(needed);
  const done = 1 + Number(needs.has('packages')) + Number(needs.has('parts'));
  const total = done + steps;
  const progress = new Progress(total);
  await progress.step('Check the machine', say => {
    const [browser, rtsp] = [needs.has('browser'), needs.has('rtsp')];
    const look = () => checkMachine({ folder: nearestFolder(dataFolder), browser, rtsp }).filter(each => !each.ok);
    let failed = look();
    const missing = [...failed, ...wanted({ parts: needs.has('parts'), browser }).filter(each => !each.ok)];
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

/** Runs a script on the Node 24 from npm. Passes signals on and exits with the script's code. */
function goOn({ path, args }, env) {
  const node = join(root, 'node_modules/.bin/node');
  const child = spawn(node, [join(root, path), ...args], {
    stdio: 'inherit',
    env: {
      ...process.env,
      PATH: `${join(root, 'node_modules/.bin')}:${process.env.PATH}`,
      SIGHTLINE_CACHE: cache,
      ...env,
    },
  });
  // A terminal sends Ctrl-C to the child too. We only wait until the child has ended.
  process.on('SIGINT', () => undefined);
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', code => process.exit(code ?? 1));
  child.on('error', error => process.exit(report(error)));
}

async function main([name = '--help', ...args]) {
  if (name === '--help') return console.log(commandsHelp());
  if (!Object.hasOwn(COMMANDS, name))
    throw new UsageError(`there is no command ${name}; there are ${Object.keys(COMMANDS).join(', ')}`, 'npm start --');
  const command = COMMANDS[name];
  const found = findScript(name, args, root);
  const { asksHelp, values } = readArguments(found);
  if (asksHelp) return console.log(found.help);
  const ofStart = name === 'start' || name === 'stop' || name === 'doctor';
  const dataFolder = resolve((ofStart && (values.data || process.env.SIGHTLINE_DATA)) || folder);
  if (name === 'doctor') return doctor(found, dataFolder, args.includes('--json'));
  if (name === 'stop' && !installed) return console.log('nothing runs here: packages are not installed yet');
  if (name === 'stop') return goOn(found, {});
  refuseWrongSettings();
  refusePath(root, 'clone the repository elsewhere', 'clone');
  refusePath(cache, 'SIGHTLINE_CACHE', 'cache');
  if (name === 'start') refusePath(dataFolder, '--data DIR', 'data');
  checkFolder(join(folder, 'logs'), 'clone the repository to where you may write');
  if (name === 'start') checkFolder(dataFolder, '--data DIR');
  if (found.needs.includes('parts')) checkFolder(cache, 'SIGHTLINE_CACHE');
  makeFolder(join(folder, 'logs'));
  const { done, total } = await prepare(found.needs, command.steps ?? 0, dataFolder);
  return goOn(found, { SIGHTLINE_STEPS: `${done}/${total}` });
}

/** Checks machine, settings and folder here, so that `doctor` works before anything is installed. Creates nothing. */
function doctor(found, dataFolder, asJson) {
  const checks = [
    ...checkMachine({ folder: nearestFolder(dataFolder), browser: true }),
    settings(),
    ...(installed ? [] : [packages()]),
    folderCheck(dataFolder),
  ];
  if (installed) return goOn(found, { SIGHTLINE_MACHINE: JSON.stringify(checks) });
  if (asJson) console.log(JSON.stringify({ checks }, null, 2));
  else
    for (const { name, ok, found: seen, fix } of checks)
      console.log(`${ok ? 'ok  ' : 'FAIL'} ${name.padEnd(14)} ${seen}${ok ? '' : `\n     fix: ${fix}`}`);
  process.exitCode = checks.every(each => each.ok) ? 0 : 1;
}

function settings() {
  const wrong = wrongSettings();
  const fix = 'correct these variables, or unset them; README lists all settings';
  return { name: 'settings', ok: wrong.length === 0, found: wrong.join('; ') || 'as they should be', fix };
}

const packages = () => ({ name: 'npm packages', ok: false, found: 'not installed', fix: 'npm start' });

function folderCheck(path) {
  const name = 'data folder';
  try {
    checkFolder(path, '--data DIR');
    return { name, ok: true, found: existsSync(path) ? path : `${path}: \`npm start\` creates it`, fix: '' };
  } catch (error) {
    return { name, ok: false, found: error.message, fix: error.fix };
  }
}

main(process.argv.slice(2)).catch(error => {
  process.exitCode = report(error);
});
