import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { broker } from '../../local/broker.ts';
import { DataFolder, root } from '../../local/folder.ts';
import { endLeftovers } from '../../local/leftovers.ts';
import { freePorts } from '../../local/ports.ts';
import { answersTcp } from '../../local/reach.ts';
import { readSettings } from '../../local/settings.ts';
import { Supervisor } from '../../local/supervisor.ts';

/** A trial's own Kafka, which may be killed. Every process started for its folder ends with it. */
export class OwnBroker {
  readonly address: string;
  readonly port: number;
  readonly folder: DataFolder;
  readonly #supervisor: Supervisor;

  private constructor(port: number, folder: DataFolder, supervisor: Supervisor) {
    this.address = `127.0.0.1:${port}`;
    this.port = port;
    this.folder = folder;
    this.#supervisor = supervisor;
  }

  static async start(): Promise<OwnBroker> {
    const folder = DataFolder.make(mkdtempSync(join(tmpdir(), 'sightline-chaos-')));
    const supervisor = new Supervisor({ folder, onLine: () => {} });
    const [port = 0, controllerPort = 0] = await freePorts(2);
    const parts = join(readSettings().SIGHTLINE_CACHE ?? join(root, '.sightline/cache'), 'parts');
    const own = new OwnBroker(port, folder, supervisor);
    try {
      await supervisor.launch(broker({ folder, parts, port, controllerPort }));
      return own;
    } catch (error) {
      await own.stop();
      throw error;
    }
  }

  get pid(): number | undefined {
    return this.#supervisor.status()[0]?.pid;
  }

  /** kill -9. Resolves with both pids when the restarted broker answers; with undefined after 90 s. */
  async kill(): Promise<{ readonly killed: number; readonly next: number } | undefined> {
    const killed = this.pid;
    if (killed === undefined) return undefined;
    process.kill(killed, 'SIGKILL');
    for (const endMs = performance.now() + 90_000; performance.now() < endMs; await sleep(100)) {
      const next = this.pid;
      if (next !== undefined && next !== killed && (await answersTcp(this.port))) return { killed, next };
    }
    return undefined;
  }

  /** `isKept`: keeps data and logs for a person to read. */
  async stop(isKept = false): Promise<void> {
    await this.#supervisor.stop();
    await endLeftovers(this.folder.path, 2_000);
    if (isKept) console.error(`data and logs are in ${this.folder.path}`);
    else rmSync(this.folder.path, { recursive: true, force: true });
  }
}
