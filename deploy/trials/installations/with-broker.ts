import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataFolder, root } from '../../local/folder.ts';
import { endLeftovers } from '../../local/leftovers.ts';
import { startParts } from '../../local/parts.ts';
import { ensureSecrets } from '../../local/secrets.ts';
import { readSettings } from '../../local/settings.ts';
import { Supervisor } from '../../local/supervisor.ts';

/**
 * Runs one of our scripts with KAFKA_BROKERS set: to the environment's brokers, else to a broker that ends with the
 * script. Resolves with its exit code. Its output goes to this process's, or to `onOutput` when given.
 */
export async function runWithBroker(
  script: string,
  args: readonly string[],
  onOutput?: (text: string) => void,
): Promise<number> {
  const settings = readSettings();
  if (settings.KAFKA_BROKERS !== undefined) return runOn(settings.KAFKA_BROKERS, script, args, onOutput);
  const folder = DataFolder.make(mkdtempSync(join(tmpdir(), 'sightline-broker-')));
  const supervisor = new Supervisor({ folder, onLine: () => {} });
  try {
    const secrets = ensureSecrets(folder.secrets);
    const { kafkaBrokers } = await startParts({ folder, secrets, settings, supervisor, needs: ['kafka'], open: true });
    return await runOn(kafkaBrokers, script, args, onOutput);
  } finally {
    await supervisor.stop();
    await endLeftovers(folder.path, 2_000);
    rmSync(folder.path, { recursive: true, force: true });
  }
}

/** Runs one of our scripts on these brokers. */
export function runOn(
  brokers: string,
  script: string,
  args: readonly string[],
  onOutput?: (text: string) => void,
): Promise<number> {
  const stdio = ['inherit', onOutput === undefined ? 'inherit' : 'pipe', 'inherit'] as const;
  const env = { ...process.env, KAFKA_BROKERS: brokers };
  const child = spawn(process.execPath, [join(root, script), ...args], { stdio: [...stdio], env });
  child.stdout?.setEncoding('utf8').on('data', onOutput ?? (() => {}));
  process.once('exit', () => child.kill('SIGKILL'));
  return new Promise(resolve => child.once('close', code => resolve(code ?? 1)));
}
