import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { sha256Of } from '../src/load-model.ts';
import { showShare } from './progress.ts';

export class PythonError extends Error {
  readonly code = 'TRAINING_FAILED';
}

const lockPath = join(import.meta.dirname, 'requirements.lock');

/**
 * Runs a script in the virtual environment of the lock file. It creates or renews the environment first when needed.
 */
export async function runPython(venv: string, args: readonly string[]): Promise<void> {
  await prepare(venv);
  await start(join(venv, 'bin/python'), args);
}

/** Creates the environment, unless the hash in it equals that of the lock file. */
async function prepare(venv: string): Promise<void> {
  const wanted = sha256Of(await readFile(lockPath));
  const mark = join(venv, 'lock.sha256');
  if (existsSync(mark) && (await readFile(mark, 'utf8')) === wanted) return;
  process.stderr.write('installing PyTorch, once: this takes some minutes\n');
  await start('python3', ['-m', 'venv', venv]).catch((cause: unknown) => {
    throw new PythonError('python3 with its venv module is missing: on Debian, apt-get install python3-venv', {
      cause,
    });
  });
  await start(join(venv, 'bin/python'), ['-m', 'pip', 'install', '--quiet', '--require-hashes', '-r', lockPath]);
  await writeFile(mark, wanted);
}

/** Runs a command. JSON lines with a `share` become progress; Python's stderr is shown when it fails. */
async function start(command: string, args: readonly string[]): Promise<void> {
  const env = { ...process.env, OMP_WAIT_POLICY: 'passive', PYTHONWARNINGS: 'ignore', PYTHONDONTWRITEBYTECODE: '1' };
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], env });
  const stop = (): void => void child.kill('SIGTERM');
  process.once('SIGINT', stop);
  const errors: string[] = [];
  createInterface({ input: child.stderr }).on('line', line => errors.push(line));
  createInterface({ input: child.stdout }).on('line', showLine);
  const code = await new Promise<number | null>((done, fail) => {
    child.once('error', fail);
    child.once('close', done);
  });
  process.removeListener('SIGINT', stop);
  if (code !== 0) throw new PythonError(`${args[0] ?? command} ended with ${code}:\n${errors.slice(-15).join('\n')}`);
}

function showLine(line: string): void {
  let said: unknown;
  try {
    said = JSON.parse(line);
  } catch {
    process.stderr.write(`${line}\n`);
    return;
  }
  if (typeof said !== 'object' || said === null || !('share' in said) || !('samples' in said) || !('box' in said))
    return;
  showShare('fitting', Number(said.share), `${said.samples} pictures seen, box error ${said.box}`);
}
