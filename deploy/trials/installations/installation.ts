import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DataFolder } from '../../local/folder.ts';
import { type Addresses, type PartName, startParts } from '../../local/parts.ts';
import { answersHttp } from '../../local/program.ts';
import { ensureSecrets } from '../../local/secrets.ts';
import { readSettings } from '../../local/settings.ts';
import { Supervisor } from '../../local/supervisor.ts';
import { innermostPid } from '../../local/wall.ts';

/**
 * A trial's own parts, by default Kafka, a registry and the embedded ClickHouse. A supervisor restarts parts that die.
 */
export class Installation {
  readonly folder: DataFolder;
  readonly addresses: Addresses;
  readonly #supervisor: Supervisor;

  private constructor(folder: DataFolder, addresses: Addresses, supervisor: Supervisor) {
    this.folder = folder;
    this.addresses = addresses;
    this.#supervisor = supervisor;
  }

  static async start(needs: readonly PartName[] = ['kafka', 'registry', 'clickhouse']): Promise<Installation> {
    const folder = DataFolder.make(mkdtempSync(join(tmpdir(), 'sightline-trial-')));
    const supervisor = new Supervisor({ folder, onLine: () => {} });
    const { SIGHTLINE_CACHE } = readSettings();
    try {
      const addresses = await startParts({
        folder,
        secrets: ensureSecrets(folder.secrets),
        settings: readSettings({ ...(SIGHTLINE_CACHE && { SIGHTLINE_CACHE }) }),
        supervisor,
        needs,
        open: true,
      });
      return new Installation(folder, addresses, supervisor);
    } catch (error) {
      await supervisor.stop();
      throw error;
    }
  }

  /** Present pid of ClickHouse; undefined while it is down. */
  get clickHousePid(): number | undefined {
    const pid = this.#supervisor.status().find(({ name }) => name === 'clickhouse')?.pid;
    return pid === undefined ? undefined : innermostPid(pid);
  }

  /** kill -9 of ClickHouse; false when it is down already. */
  killClickHouse(): boolean {
    const pid = this.clickHousePid;
    if (pid !== undefined) process.kill(pid, 'SIGKILL');
    return pid !== undefined;
  }

  /** Resolves when a ClickHouse with another pid answers. */
  async untilClickHouseIsAnother(than: number | undefined): Promise<number> {
    for (let waitedMs = 0; waitedMs < 60_000; waitedMs += 50) {
      const pid = this.clickHousePid;
      if (pid !== undefined && pid !== than && (await answersHttp(`${this.addresses.clickHouse.url}/ping`))) return pid;
      await sleep(50);
    }
    throw new Error('ClickHouse was not started again within 60 s');
  }

  async stop(): Promise<void> {
    await this.#supervisor.stop();
    rmSync(this.folder.path, { recursive: true, force: true });
  }
}
