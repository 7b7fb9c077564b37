import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataFolder } from '../../local/folder.ts';
import { addressEnv } from '../../local/parts.ts';
import { freePorts } from '../../local/ports.ts';
import { OURS, processes } from '../../local/processes.ts';
import { ensureSecrets } from '../../local/secrets.ts';
import { Supervisor } from '../../local/supervisor.ts';
import type { Stack } from '../installations/stack.ts';

export interface SecondGateway {
  readonly url: string;
  close(): Promise<void>;
}

/** One more gateway with its own dashboard on the parts of a running product, of which it reaches ClickHouse elsewhere. */
export async function openSecondGateway(
  { ready }: Pick<Stack, 'ready'>,
  clickHouseUrl: string,
): Promise<SecondGateway> {
  const folder = DataFolder.make(mkdtempSync(join(tmpdir(), 'sightline-second-')));
  const supervisor = new Supervisor({ folder, onLine: () => {} });
  const [gatewayPort = 0, dashboardPort = 0, ...healthPorts] = await freePorts(OURS.length + 2);
  const programs = processes({
    ...{ chosen: OURS, folder, gatewayPort, dashboardPort, healthPorts, videos: folder.folder('videos') },
    env: { ...addressEnv(ready.addresses), CLICKHOUSE_URL: clickHouseUrl },
    secrets: ensureSecrets(ready.secrets),
  });
  const pages = programs.filter(({ name }) => name === 'gateway' || name === 'dashboard');
  await Promise.all(pages.map(program => supervisor.launch(program)));
  return {
    url: `http://127.0.0.1:${gatewayPort}`,
    async close() {
      await supervisor.stop();
      rmSync(folder.path, { recursive: true, force: true });
    },
  };
}
