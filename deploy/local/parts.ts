import { join } from 'node:path';
import { broker, KAFKA_USER } from './broker.ts';
import { clickHouse } from './clickhouse.ts';
import { type DataFolder, root } from './folder.ts';
import { freePorts } from './ports.ts';
import { untilReachable } from './reach.ts';
import { redis } from './redis.ts';
import { REGISTRY_USER, registry, registryUrl } from './registry.ts';
import type { Secrets } from './secrets.ts';
import type { Settings } from './settings.ts';
import type { Supervisor } from './supervisor.ts';

export type PartName = 'kafka' | 'registry' | 'redis' | 'clickhouse';

/** Addresses of the parts, embedded or elsewhere. An empty text: the part was not asked for. */
export interface Addresses {
  readonly kafkaBrokers: string;
  /** Login of the embedded broker; null: it needs none, or the broker is elsewhere and KAFKA_SASL_* has the login. */
  readonly kafkaLogin: { readonly username: string; readonly password: string } | null;
  readonly schemaRegistryUrl: string;
  /** `user:password` of the embedded registry; null: it needs none, or SCHEMA_REGISTRY_AUTH has it. */
  readonly schemaRegistryAuth: string | null;
  readonly redisUrl: string;
  readonly clickHouse: {
    readonly url: string;
    readonly user: string;
    readonly password: string;
    readonly database: string;
  };
  /** Parts that we started. */
  readonly embedded: readonly PartName[];
}

export interface PartsOptions {
  readonly folder: DataFolder;
  readonly secrets: Secrets;
  readonly settings: Settings;
  readonly supervisor: Supervisor;
  readonly needs: readonly PartName[];
  /** True: Kafka and the registry ask for no password, for tests and trials. */
  readonly open?: boolean;
  readonly onReady?: (name: PartName) => void;
  /** Called while a part elsewhere does not answer yet. */
  readonly onWaiting?: (name: PartName, address: string) => void;
}

/** Starts the needed parts at the same time, except those whose address is set. Resolves when all parts answer. */
export async function startParts(options: PartsOptions): Promise<Addresses> {
  const { folder, secrets, settings, supervisor, needs } = options;
  const [kafkaPort = 0, controllerPort = 0, registryPort = 0, managementPort = 0, redisPort = 0, clickHousePort = 0] =
    await freePorts(6);
  const kafkaPassword = options.open ? undefined : secrets.kafkaPassword;
  const registryPassword = options.open ? undefined : secrets.registryPassword;
  const parts = join(settings.SIGHTLINE_CACHE ?? join(root, '.sightline/cache'), 'parts');
  const elsewhere = {
    kafka: settings.KAFKA_BROKERS,
    registry: settings.SCHEMA_REGISTRY_URL,
    redis: settings.REDIS_URL,
    clickhouse: settings.CLICKHOUSE_URL,
  };
  const programs = {
    kafka: () => broker({ folder, parts, port: kafkaPort, controllerPort, password: kafkaPassword }),
    registry: () => registry({ folder, parts, port: registryPort, managementPort, password: registryPassword }),
    redis: () => redis({ folder, port: redisPort, password: secrets.redisPassword }),
    clickhouse: () => clickHouse({ folder, port: clickHousePort, passwords: secrets.clickHouse }),
  };
  const embedded = needs.filter(name => elsewhere[name] === undefined);
  await Promise.all(
    needs.map(async name => {
      const address = elsewhere[name];
      if (address === undefined) await supervisor.launch(programs[name]());
      else await untilReachable(address, () => options.onWaiting?.(name, address));
      options.onReady?.(name);
    }),
  );
  const here = (name: PartName, address: string): string => elsewhere[name] ?? (embedded.includes(name) ? address : '');
  const asked = (name: PartName, password: string | undefined): password is string =>
    embedded.includes(name) && password !== undefined;
  return {
    kafkaBrokers: here('kafka', `127.0.0.1:${kafkaPort}`),
    kafkaLogin: asked('kafka', kafkaPassword) ? { username: KAFKA_USER, password: kafkaPassword } : null,
    schemaRegistryUrl: here('registry', registryUrl(registryPort)),
    schemaRegistryAuth: asked('registry', registryPassword) ? `${REGISTRY_USER}:${registryPassword}` : null,
    redisUrl: here('redis', `redis://:${secrets.redisPassword}@127.0.0.1:${redisPort}`),
    clickHouse: settings.CLICKHOUSE_URL
      ? {
          url: settings.CLICKHOUSE_URL,
          user: settings.CLICKHOUSE_USER,
          password: settings.CLICKHOUSE_PASSWORD,
          database: settings.CLICKHOUSE_DATABASE,
        }
      : {
          url: here('clickhouse', `http://127.0.0.1:${clickHousePort}`),
          user: 'writer',
          password: secrets.clickHouse.writer,
          database: 'sightline',
        },
    embedded,
  };
}

/** The addresses as settings. For an embedded part they override the environment's login and TLS settings. */
export function addressEnv(addresses: Addresses): Readonly<Record<string, string>> {
  const { kafkaLogin, clickHouse, embedded } = addresses;
  return {
    KAFKA_BROKERS: addresses.kafkaBrokers,
    ...(embedded.includes('kafka') && {
      KAFKA_SSL: '',
      KAFKA_SASL_MECHANISM: kafkaLogin === null ? '' : 'plain',
      KAFKA_SASL_USERNAME: kafkaLogin?.username ?? '',
      KAFKA_SASL_PASSWORD: kafkaLogin?.password ?? '',
    }),
    SCHEMA_REGISTRY_URL: addresses.schemaRegistryUrl,
    ...(embedded.includes('registry') && { SCHEMA_REGISTRY_AUTH: addresses.schemaRegistryAuth ?? '' }),
    REDIS_URL: addresses.redisUrl,
    CLICKHOUSE_URL: clickHouse.url,
    CLICKHOUSE_USER: clickHouse.user,
    CLICKHOUSE_PASSWORD: clickHouse.password,
    CLICKHOUSE_DATABASE: clickHouse.database,
  };
}
