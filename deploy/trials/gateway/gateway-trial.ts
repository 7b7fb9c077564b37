import { type ChildProcess, spawn } from 'node:child_process';
import { openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Change, openControl, openVault } from '@sightline/processors/control';
import { connectLog } from '@sightline/processors/log';
import {
  allTopics,
  type Cell,
  cellEnv,
  connectCell,
  createTopics,
  logOptions,
  parseEnv,
} from '@sightline/processors/process';
import { type Camera, type Store, topics } from '@sightline/schemas';
import { root } from '../../local/folder.ts';
import { clickHouseClient, migrate } from '../../local/migrate.ts';
import { addressEnv } from '../../local/parts.ts';
import { freePorts } from '../../local/ports.ts';
import { ensureSecrets } from '../../local/secrets.ts';
import { seedLogin } from '../../local/seed.ts';
import { Installation } from '../installations/installation.ts';
import { cameraIdOf, evidenceAt, STORES, storeIdOf, violationAt } from './violations.ts';

const PREFIX = 'bench-gateway-';
const BATCH = 2_000;
/** Number of the newest violations with evidence. */
const PROVED = 16_000;
/** Records deleted from the log before the gateway starts, so that only ClickHouse has their violations. */
const LOST_RECORDS = 40;

const rethrow = (error: unknown): void => {
  throw error;
};

const store = (storeId: string): Change => {
  const value: Store = {
    ...{ storeId, name: `Store ${storeId}`, city: '', region: '', timeZone: 'Europe/Berlin', openingHours: [] },
    ...{ subscriptionActive: true, plan: null, demo: false },
  };
  return { kind: 'store', id: storeId, value };
};

const camera = (number: number): Change => {
  const cameraId = cameraIdOf(number);
  const value: Camera = {
    ...{ cameraId, storeId: storeIdOf(number), name: `Camera ${number}`, site: 'main', source: 'live', maxFps: 5 },
    ...{
      url: 'rtsp://camera.example/stream',
      fileSha256: null,
      fileBytes: null,
      fileEpoch: null,
      fileStartedAtMs: null,
    },
    ...{ active: true, loginId: null, onvifUrl: null, plan: null, demo: false },
  };
  return { kind: 'camera', id: cameraId, value };
};

/** A gateway as in the product, on parts of its own, with the number of violations that a bench asks for. */
export class GatewayTrial {
  readonly #installation: Installation;
  readonly #cell: Cell;
  #gateway: ChildProcess | undefined;
  #url = '';

  private constructor(installation: Installation, cell: Cell) {
    this.#installation = installation;
    this.#cell = cell;
  }

  static async open(cameras: number): Promise<GatewayTrial> {
    const installation = await Installation.start(['kafka', 'registry', 'clickhouse', 'redis']);
    const env = parseEnv({ ...addressEnv(installation.addresses), NAME_PREFIX: PREFIX }, cellEnv);
    const log = await connectLog(logOptions(env, 'trial'));
    await createTopics(log, PREFIX, allTopics, { replicationFactor: 1 });
    await log.close();
    await migrate(installation.addresses.clickHouse);
    const cell = await connectCell(env, {
      service: 'trial',
      topics: [topics.control, topics.vault, topics.violations, topics.evidence],
    });
    const secrets = ensureSecrets(installation.folder.secrets);
    const control = await openControl(cell, rethrow);
    const vault = await openVault(cell, Buffer.from(secrets.vaultKey, 'base64'));
    await seedLogin(control, vault, secrets.firstLogin);
    const changes = [...STORES.map(store), ...Array.from({ length: cameras }, (_, number) => camera(number))];
    await control.append({ actor: 'bench', changes, effectiveAtMs: 0 });
    await vault.close();
    await control.close();
    return new GatewayTrial(installation, cell);
  }

  /** Writes violations 0 to `count`; each is opened, and nine of ten are closed. */
  async publish(count: number, startMs: number, everyMs: number, cameras: number): Promise<void> {
    const producer = await this.#cell.log.producer();
    const send = (numbers: readonly number[]): Promise<unknown> =>
      producer.send(
        numbers
          .flatMap(number => violationAt(number, startMs + number * everyMs, cameras))
          .map(value => this.#cell.outgoing(topics.violations, value.cameraId, value)),
      );
    await send(Array.from({ length: LOST_RECORDS }, () => 0));
    const name = this.#cell.name(topics.violations);
    const partitions = Array.from({ length: this.#cell.partitions(topics.violations) }, (_, partition) => ({
      topic: name,
      partition,
    }));
    await this.#cell.log.admin.deleteRecords(await this.#cell.log.admin.listOffsets(partitions, 'latest-committed'));
    for (let at = 0; at < count; at += BATCH)
      await send(Array.from({ length: Math.min(BATCH, count - at) }, (_, i) => at + i));
    for (let at = Math.max(0, count - PROVED); at < count; at += BATCH)
      await producer.send(
        Array.from({ length: Math.min(BATCH, count - at) }, (_, i) => evidenceAt(at + i, cameras)).map(value =>
          this.#cell.outgoing(topics.evidence, value.cameraId, value),
        ),
      );
    await producer.close();
  }

  /** Adds as many older violations to ClickHouse, which the log does not have. Each is opened and closed. */
  async fillOlder(count: number, startMs: number, everyMs: number, cameras: number): Promise<void> {
    const [opened] = violationAt(0, startMs, cameras);
    const client = clickHouseClient(this.#installation.addresses.clickHouse);
    for (const [revision, state] of ['opened', 'closed'].entries())
      await client.command({
        query: `INSERT INTO violations (violation_id, revision, state, camera_id, store_id, violation_type, risk_level,
            started_at, last_seen_at, violation, _topic, _partition, _offset, _written_at)
          SELECT concat('older-', toString(number)), ${revision + 1}, '${state}',
            concat('camera-', toString(number % ${cameras})), concat('store-', toString(number % ${cameras} % ${STORES.length})),
            'hand_no_scooper', 'high', fromUnixTimestamp64Milli(toInt64(${startMs} + number * ${everyMs})) AS started_at, started_at,
            {violation:String}, 'violations', number % 4, 0, started_at
          FROM numbers(${count})`,
        query_params: { violation: JSON.stringify(opened) },
      });
    await client.close();
  }

  /**
   * Starts the gateway. Resolves with the time until it answered, when it had read the violations written in the last
   * ten minutes (here all of them), and with the time of the same read of the log behind requests, as for older ones.
   */
  async start(): Promise<{ readonly answersMs: number; readonly historyMs: number }> {
    const { addresses, folder } = this.#installation;
    const [port = 0] = await freePorts(1);
    const logFile = folder.file('logs', 'gateway');
    const log = openSync(logFile, 'w');
    const startedMs = performance.now();
    this.#gateway = spawn(process.execPath, [join(root, 'gateway/src/main.ts')], {
      stdio: ['ignore', log, log],
      env: {
        ...process.env,
        ...addressEnv(addresses),
        ...{ NAME_PREFIX: PREFIX, GATEWAY_PORT: String(port), LOG_LEVEL: 'info' },
        ...{ SIGHTLINE_DATA: folder.path, SIGHTLINE_SECRETS: folder.secrets },
      },
    });
    this.#url = `http://127.0.0.1:${port}`;
    await until(async () => (await fetch(`${this.#url}/health/ready`)).ok);
    const answersMs = performance.now() - startedMs;
    const seconds = (): string | undefined =>
      /"seconds":([\d.]+)[^\n]*violations are in memory/.exec(readFileSync(logFile, 'utf8'))?.[1];
    await until(async () => seconds() !== undefined);
    return { answersMs, historyMs: Number(seconds()) * 1_000 };
  }

  get url(): string {
    return this.#url;
  }

  get gatewayPid(): number | undefined {
    return this.#gateway?.pid;
  }

  get clickHousePid(): number | undefined {
    return this.#installation.clickHousePid;
  }

  async signIn(): Promise<string> {
    const answer = await fetch(`${this.#url}/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(ensureSecrets(this.#installation.folder.secrets).firstLogin),
    });
    return ((await answer.json()) as { token: string }).token;
  }

  async stopGateway(): Promise<void> {
    const gateway = this.#gateway;
    if (gateway === undefined || gateway.exitCode !== null) return;
    const ended = new Promise(resolve => gateway.once('exit', resolve));
    gateway.kill('SIGTERM');
    await ended;
  }

  async close(): Promise<void> {
    await this.stopGateway();
    await this.#cell.close();
    await this.#installation.stop();
  }
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let waitedMs = 0; !(await holds().catch(() => false)); waitedMs += 50) {
    if (waitedMs > 120_000) throw new Error('the gateway was not ready within two minutes: see its log');
    await sleep(50);
  }
}
