import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BlobStore, folderBlobStore } from '@sightline/processors/blobs';
import {
  type Change,
  type ControlLog,
  hashPassword,
  loginVaultId,
  openControl,
  openVault,
  type Vault,
} from '@sightline/processors/control';
import { type Cell, createLogger, parseEnv, testCell, testCellEnv } from '@sightline/processors/process';
import { type Camera, type Role, type Store, topics, type Violation } from '@sightline/schemas';
import { handNoScooper } from '@sightline/schemas/rules';
import { clientAddresses } from '../auth/client-address.ts';
import { gatewaySettings } from '../env.ts';
import { type DoorLimits, openFrontDoor } from '../front-door.ts';
import { buildGateway } from '../gateway.ts';
import { type GatewayParts, gatewayTopics, openParts } from '../parts.ts';
import { type TestDatabase, testDatabase } from './test-database.ts';

/** A whole gateway on the test's broker, registry, ClickHouse and Redis, with its own names there. */
export interface RunningGateway {
  readonly url: string;
  readonly cell: Cell;
  readonly parts: GatewayParts;
  /** Changes the configuration as another process would. */
  readonly control: ControlLog;
  readonly database: TestDatabase;
  readonly blobs: BlobStore;
  /** Key of the cameras' logins in the vault. */
  readonly cameraKey: Buffer;
  /** Starts a second gateway of the same cell. */
  second(): Promise<{ readonly url: string; close(): Promise<void> }>;
  /** Sets a user's password. */
  setPassword(login: string, password: string): Promise<void>;
  /** Writes records to the topic `violations`. */
  publish(violations: readonly Violation[]): Promise<void>;
  /** Sends a GraphQL request as `login`. Rejects when the answer has errors. */
  ask<T = Record<string, unknown>>(query: string, variables?: object, login?: string): Promise<T>;
  /** Requests a path as `login`; null: without signing in. */
  get(path: string, login?: string | null): Promise<Response>;
  close(): Promise<void>;
}

export const PASSWORD = 'correct horse battery staple';

/** Logins of the test: one of each role. `berlin` is a manager of store-1 only. */
const LOGINS: readonly { readonly login: string; readonly role: Role; readonly storeIds: null | readonly string[] }[] =
  [
    { login: 'admin', role: 'admin', storeIds: null },
    { login: 'viewer', role: 'viewer', storeIds: null },
    { login: 'berlin', role: 'manager', storeIds: ['store-1'] },
  ];

const store = (storeId: string, timeZone: string): Change => {
  const value: Store = {
    storeId,
    name: `Store ${storeId}`,
    city: '',
    region: '',
    timeZone,
    openingHours: [],
    subscriptionActive: true,
    plan: null,
    demo: false,
  };
  return { kind: 'store', id: storeId, value };
};

function camera(cameraId: string, storeId: string): readonly Change[] {
  const value: Camera = {
    ...{ cameraId, storeId, name: `Camera ${cameraId}`, site: 'main', source: 'live', maxFps: 5, active: true },
    ...{
      url: 'rtsp://user:secret@camera.example/stream',
      fileSha256: null,
      fileBytes: null,
      fileEpoch: null,
      fileStartedAtMs: null,
      loginId: null,
      onvifUrl: null,
      plan: null,
      demo: false,
    },
  };
  const polygon = [
    { x: 0.1, y: 0.1 },
    { x: 0.9, y: 0.1 },
    { x: 0.5, y: 0.9 },
  ];
  const zoneId = `${cameraId}-zone`;
  const rule = handNoScooper(cameraId, zoneId);
  return [
    { kind: 'camera', id: cameraId, value },
    { kind: 'zone', id: zoneId, value: { zoneId, cameraId, name: 'Ingredients', polygon } },
    { kind: 'rule', id: rule.ruleId, value: rule },
  ];
}

async function seed(cell: Cell, vaultKey: Buffer): Promise<{ readonly control: ControlLog; readonly vault: Vault }> {
  const rethrow = (error: unknown): void => {
    throw error;
  };
  const control = await openControl(cell, rethrow);
  const vault = await openVault(cell, vaultKey);
  for (const { login } of LOGINS) await putPassword(vault, login, PASSWORD);
  const users = LOGINS.map(
    ({ login: userId, role, storeIds }): Change => ({
      kind: 'user',
      id: userId,
      value: { userId, role, storeIds, active: true },
    }),
  );
  const changes = [
    ...users,
    store('store-1', 'Europe/Berlin'),
    store('store-2', 'Europe/Lisbon'),
    store('probe', 'UTC'),
    ...camera('cam-1', 'store-1'),
    ...camera('cam-2', 'store-2'),
    ...camera('cam-probe', 'probe'),
  ];
  await control.append({ actor: 'test', changes, effectiveAtMs: 0 });
  return { control, vault };
}

async function putPassword(vault: Vault, login: string, password: string): Promise<void> {
  await vault.put(loginVaultId(login), { userId: login, login, passwordHash: await hashPassword(password) });
}

export async function runGateway(
  options: {
    readonly clickHouseUrl?: string;
    readonly redisUrl?: string;
    readonly dashboardUrl?: string;
    readonly trustedProxies?: string;
    readonly healthTargets?: Readonly<Record<string, string>>;
    readonly limits?: Partial<DoorLimits>;
  } = {},
): Promise<RunningGateway> {
  const folder = mkdtempSync(join(tmpdir(), 'sightline-gateway-'));
  const [vaultKey, cameraKey, blobKey] = [randomBytes(32), randomBytes(32), randomBytes(32)];
  const secrets = join(folder, 'secrets.json');
  writeFileSync(
    secrets,
    JSON.stringify({
      vaultKey: vaultKey.toString('base64'),
      cameraKey: cameraKey.toString('base64'),
      blobKey: blobKey.toString('base64'),
    }),
    { mode: 0o600 },
  );
  const database = await testDatabase();
  const cellSettings = testCellEnv();
  const env = {
    ...parseEnv(
      {
        ...{ SIGHTLINE_DATA: folder, SIGHTLINE_SECRETS: secrets, TRUSTED_PROXIES: options.trustedProxies },
        ONVIF_LOOPBACK: 'true',
        REDIS_URL: options.redisUrl ?? process.env.TEST_REDIS_URL,
        HEALTH_TARGETS: options.healthTargets && JSON.stringify(options.healthTargets),
      },
      gatewaySettings,
    ),
    ...cellSettings,
    CLICKHOUSE_URL: options.clickHouseUrl ?? database.address.url,
    CLICKHOUSE_USER: database.address.username,
    CLICKHOUSE_PASSWORD: database.address.password,
    CLICKHOUSE_DATABASE: database.address.database,
  };
  const cell = await testCell(gatewayTopics, cellSettings);
  const { control, vault } = await seed(cell, vaultKey);
  const logger = createLogger('gateway', 'fatal');
  const fail = (error: unknown): void => {
    throw error;
  };
  const dashboardUrl = new URL(options.dashboardUrl ?? 'http://127.0.0.1:9');
  const addresses = clientAddresses(env.TRUSTED_PROXIES);
  const open = async () => {
    const parts = await openParts(env, { cell, logger, signal: new AbortController().signal, fail });
    const door = await openFrontDoor({
      ...{ host: '127.0.0.1', port: 0, logger, isProxy: addresses.isProxy },
      onAnswered: () => {},
      ...(options.limits && { limits: options.limits }),
    });
    door.serve(buildGateway({ parts, pictures: parts.pictures, dashboardUrl, addresses, logger }));
    return { parts, door };
  };
  const { parts, door } = await open();
  const producer = await cell.log.producer();

  const get = (path: string, login: string | null = 'admin'): Promise<Response> =>
    fetch(`${door.url}${path}`, { redirect: 'manual', headers: login === null ? {} : { authorization: basic(login) } });

  return {
    ...{ url: door.url, cell, control, parts, database, get, cameraKey },
    blobs: folderBlobStore(join(folder, 'blobs'), blobKey),
    async second() {
      const other = await open();
      return {
        url: other.door.url,
        async close() {
          await other.door.close();
          await other.parts.close();
        },
      };
    },
    setPassword: (login, password) => putPassword(vault, login, password),
    async publish(violations) {
      await producer.send(violations.map(value => cell.outgoing(topics.violations, value.cameraId, value)));
    },
    async ask<T>(query: string, variables: object = {}, login = 'admin') {
      const answer = await fetch(`${door.url}/graphql`, {
        method: 'POST',
        headers: { authorization: basic(login), 'content-type': 'application/json' },
        body: JSON.stringify({ query, variables }),
      });
      const { data, errors } = (await answer.json()) as { data: T; errors?: unknown };
      if (errors !== undefined) throw new Error(JSON.stringify(errors));
      return data;
    },
    async close() {
      await door.close();
      await parts.close();
      await producer.close();
      await control.close();
      await vault.close();
      await cell.close();
      await database.close();
      rmSync(folder, { recursive: true });
    },
  };
}

export const basic = (login: string, password = PASSWORD): string =>
  `Basic ${Buffer.from(`${login}:${password}`).toString('base64')}`;

/** Waits until the condition holds. */
export async function until(condition: () => boolean | Promise<boolean>, withinMs = 30_000): Promise<void> {
  const endMs = Date.now() + withinMs;
  while (!(await condition())) {
    if (Date.now() > endMs) throw new Error(`not within ${withinMs} ms: ${condition}`);
    await new Promise(resolve => setTimeout(resolve, 20));
  }
}
