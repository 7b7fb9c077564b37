// Fetches npm packages and the files of the broker and the registry. Writes a stamp last, so that an interrupted
// download is repeated. Plain JavaScript for Node 20 without packages.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  createWriteStream,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { packageManagerEnv } from './environment.mjs';
import { StepError } from './progress.mjs';

const hashOf = (...files) => {
  const hash = createHash('sha256');
  for (const file of files) hash.update(readFileSync(file));
  return hash.digest('hex');
};
const stampedAs = (stamp, hash) => existsSync(stamp) && readFileSync(stamp, 'utf8').trim() === hash;

/** The lines that explain a failure: the first with "error" in them, or else the last ones. */
function telling(lines) {
  const errors = lines.filter(line => /error/i.test(line) && !/error\s*$/i.test(line));
  return errors.length > 0 ? errors.slice(0, 8) : lines.slice(-8);
}

/** Runs a command; passes each line of its output to `log` and to `onLine`. Rejects with the telling lines when it fails. */
function runLogged(command, args, { cwd, env, log, onLine, fix }) {
  return new Promise((resolve, reject) => {
    const file = createWriteStream(log);
    const child = spawn(command, args, {
      cwd,
      env: { ...packageManagerEnv(), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const last = [];
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', line => {
        file.write(`${line}\n`);
        last.push(line);
        if (last.length > 200) last.shift();
        onLine?.(line);
      });
    }
    child.on('error', error => reject(new StepError(`cannot run ${command}: ${error.message}`, fix, error)));
    child.on('close', code => {
      file.end();
      if (code === 0) resolve(undefined);
      else reject(new StepError(`${command} ended with ${code}; see ${log}:\n${telling(last).join('\n')}`, fix));
    });
  });
}

/** Installs the npm packages of the lock file into node_modules. */
export async function fetchPackages({ root, folder, say }) {
  const lock = join(root, 'package-lock.json');
  const stamp = join(folder, 'packages.stamp');
  const patches = join(root, 'processors/patches');
  const hash = hashOf(lock, join(root, 'package.json'), ...readdirSync(patches).map(file => join(patches, file)));
  const installed = existsSync(join(root, 'node_modules/.bin/node'));
  if (installed && stampedAs(stamp, hash)) return say('as locked');
  rmSync(stamp, { force: true });
  say('as locked, about 2 GB on disk');
  // `npm ci` would refuse a lock file without the packages of other systems, and not every registry has those.
  await runLogged('npm', ['install', '--no-save', '--no-audit', '--no-fund'], {
    cwd: root,
    env: { ONNXRUNTIME_NODE_INSTALL: 'skip' },
    log: join(folder, 'logs/npm.log'),
    fix: 'look for the cause above (network, disk, rights), then run the same command again',
  });
  writeFileSync(stamp, `${hash}\n`);
  return say('installed');
}

/** Removes the `parts.PID` folders of interrupted fetches: their process is dead, or had our own pid before us. */
function removeHalves(cache) {
  mkdirSync(cache, { recursive: true });
  for (const name of readdirSync(cache)) {
    const pid = Number(/^parts\.(\d+)$/.exec(name)?.[1]);
    if (pid && (pid === process.pid || !existsSync(`/proc/${pid}`)))
      rmSync(join(cache, name), { recursive: true, force: true });
  }
}

/** Fetches broker (jars in `kafka/`) and registry (unpacked in `registry/`) from Maven Central into the cache folder. */
export async function fetchParts({ root, folder, cache, say }) {
  const pom = join(root, 'deploy/local/pom.xml');
  const parts = join(cache, 'parts');
  const stamp = join(parts, 'stamp');
  const hash = hashOf(pom);
  if (stampedAs(stamp, hash)) return say('from the cache');
  const half = `${parts}.${process.pid}`;
  removeHalves(cache);
  mkdirSync(join(half, 'registry'), { recursive: true });
  let files = 0;
  const jars = join(half, 'kafka');
  const goals = ['dependency:copy-dependencies', 'dependency:copy@registry'];
  const args = ['-B', '-f', pom, ...goals, `-DoutputDirectory=${jars}`, '-DincludeScope=runtime'];
  await runLogged('mvn', args, {
    cwd: root,
    log: join(folder, 'logs/maven.log'),
    onLine: line => {
      if (!/^(\[INFO\] )?(Downloaded|Copying)/.test(line)) return;
      files += 1;
      say(`${files} files`);
    },
    fix: 'look for the cause above (network, disk), then run the same command again: what was fetched is kept',
  });
  const archive = readdirSync(jars).find(name => name.endsWith('-all.tar.gz'));
  if (archive === undefined)
    throw new StepError('Maven did not fetch the archive of the registry', 'look into .sightline/logs/maven.log');
  say('unpacking the registry');
  await runLogged('tar', ['-xzf', join(jars, archive), '-C', join(half, 'registry')], {
    cwd: root,
    log: join(folder, 'logs/unpack.log'),
    fix: `remove ${archive} from Maven's folder (~/.m2) and run the same command again`,
  });
  rmSync(join(jars, archive));
  writeFileSync(join(half, 'stamp'), `${hash}\n`);
  rmSync(parts, { recursive: true, force: true });
  renameSync(half, parts);
  return say(`${readdirSync(join(parts, 'kafka')).length} jars and the registry`);
}
