import { fork } from 'node:child_process';
import { open, readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { readCard } from '@sightline/models';
import { confinement } from '../confinement/confinement.ts';
import type { StatedModel, TrialAnswer, TrialMessage, TrialRequest, TrialStep } from './protocol.ts';

const ENTRY = join(import.meta.dirname, 'main.ts');
const OWN_PICTURE = join(import.meta.dirname, '../../../models/goldens/kitchen-v1.jpg');
const STARTS_WITHIN_MS = 20_000;
const STEP_WITHIN_MS = 60_000;

export interface TrialOptions {
  readonly stated: StatedModel;
  /** JPEGs; none: a picture that ships with Sightline, whose result is not told. */
  readonly pictures: readonly Uint8Array[];
  /** Path of the model's file. */
  readonly file: string;
  /** How long one step of the trial may take. Default 60 s. */
  readonly stepWithinMs?: number;
  readonly signal?: AbortSignal;
}

/**
 * Tries a model on pictures in a confined process of its own: no secret, no setting, at most 4 GB, and as root another
 * user. A file that hangs it or ends it is refused, with the step that it was in. Rejects when the signal aborts.
 */
export function tryModel({ file, stated, pictures, stepWithinMs, signal }: TrialOptions): Promise<TrialAnswer> {
  return onFile(file, { of: { stated }, pictures }, stepWithinMs, signal);
}

/** The same for a model that has a card. Rejects with the card's error when it is not valid. */
export async function tryCard(
  cardPath: string,
  { pictures, stepWithinMs, signal }: Omit<TrialOptions, 'file' | 'stated'>,
): Promise<TrialAnswer> {
  const card = await readCard(cardPath);
  return onFile(resolve(dirname(cardPath), card.file), { of: { card }, pictures }, stepWithinMs, signal);
}

async function onFile(
  file: string,
  request: TrialRequest,
  stepWithinMs: number | undefined,
  signal: AbortSignal | undefined,
): Promise<TrialAnswer> {
  const handle = await open(file, 'r');
  try {
    const pictures = request.pictures.length > 0 ? request.pictures : [await readFile(OWN_PICTURE)];
    const answer = await inChild(handle.fd, { ...request, pictures }, stepWithinMs ?? STEP_WITHIN_MS, signal);
    return answer.kind === 'passed' && request.pictures.length === 0 ? { ...answer, pictures: [] } : answer;
  } finally {
    await handle.close();
  }
}

function inChild(
  fd: number,
  request: TrialRequest,
  stepWithinMs: number,
  signal: AbortSignal | undefined,
): Promise<TrialAnswer> {
  const { argv, env } = confinement([]);
  const [execPath, ...execArgv] = argv;
  const child = fork(ENTRY, [], {
    ...{ execPath, execArgv, env, cwd: '/', serialization: 'advanced' },
    stdio: ['ignore', 'ignore', 'ignore', fd, 'ipc'],
  });
  return new Promise((resolve, reject) => {
    let step: TrialStep | undefined;
    let answer: TrialAnswer | undefined;
    let hung = false;
    let timer: NodeJS.Timeout;
    const watch = (limitMs: number): void => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        hung = true;
        child.kill('SIGKILL');
      }, limitMs);
    };
    const abort = (): void => void child.kill('SIGKILL');
    signal?.addEventListener('abort', abort, { once: true });
    watch(STARTS_WITHIN_MS);
    child.on('message', (message: TrialMessage) => {
      if (message.kind === 'step') {
        ({ step } = message);
        watch(stepWithinMs);
      } else answer = message;
    });
    child.on('error', reject);
    child.on('exit', (code, killedBy) => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
      if (signal?.aborted) reject(signal.reason);
      else if (answer !== undefined) resolve(answer);
      else if (step === undefined) reject(new Error('the trial of the model did not start: try again'));
      else resolve({ kind: 'refused', message: endOf(step, hung, killedBy ?? `exit code ${code}`, stepWithinMs) });
    });
    child.send(request, error => error && reject(error));
  });
}

function endOf(step: TrialStep, hung: boolean, reason: string, limitMs: number): string {
  if (hung) return `${step} the file took more than ${limitMs / 1_000} s: use a smaller model`;
  return `${step} the file ended the process (${reason}): it is damaged, or needs more than 4 GB: export it again`;
}
