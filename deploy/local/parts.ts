import { join } from 'node:path';
import { broker } from './broker.ts';
import { clickHouse } from './clickhouse.ts';
import { type DataFolder, root } from './folder.ts';
import { freePorts } from './ports.ts';
import { untilReachable } from './reach.ts';
import { redis } from './redis.ts';
import { registry, registryUrl } from './registry.ts';
import type { Secrets } from './secrets.ts';
import type { Settings } from './settings.ts';
import type { Supervisor } from './supervisor.ts';

export type PartName = 'kafka' | 'registry' | 'redis' | 'clickhouse';

/** Where each part is, ours or somebody else's. Empty texts: not asked for. */
export interface Addresses {
  readonly kafkaBrokers: string;
  readonly schemaRegistryUrl: string;
  readonly redisUrl: string;
  readonly clickHouse: {
    readonly url: string;
    readonly user: string;
    readonly password: string;
    readonly database: string;
  };
  /** Parts that run here. */
  readonly embedded: readonly PartName[];
}

export interface PartsOptions {
  readonly folder: DataFolder;
  readonly secrets: Secrets;
  readonly settings: Settings;
  readonly supervisor: Supervisor;
  readonly needs: readonly PartName[];
  readonly onReady?: (name: PartName) => void;
  /** A part that a setting points to does not answer yet. */
  readonly onWaiting?: (name: PartName, address: string) => void;
}

/** Starts the parts that are needed and that no setting points elsewhere, side by side; resolves when all answer, those elsewhere too. */
export async function startParts(options: PartsOptions): Promise<Addresses> {
  const { folder, secrets, settings, supervisor, needs } = options;
  const [kafkaPort = 0, controllerPort = 0, registryPort = 0, managementPort = 0, redisPort = 0, clickHousePort = 0] =
    await freePorts(6);
  const parts = join(settings.SIGHTLINE_CACHE ?? join(root, '.sightline/cache'), 'parts');
  const elsewhere = {
    kafka: settings.KAFKA_BROKERS,
    registry: settings.SCHEMA_REGISTRY_URL,
    redis: settings.REDIS_URL,
    clickhouse: settings.CLICKHOUSE_URL,
  };
  const programs = {
    kafka: () => broker({ folder, parts, port: kafkaPort, controllerPort }),
    registry: () => registry({ folder, parts, port: registryPort, managementPort }),
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
  return {
    kafkaBrokers: here('kafka', `127.0.0.1:${kafkaPort}`),
    schemaRegistryUrl: here('registry', registryUrl(registryPort)),
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

/** The addresses as the settings every process of ours reads. */
export function addressEnv(addresses: Omit<Addresses, 'embedded'>): Readonly<Record<string, string>> {
  return {
    KAFKA_BROKERS: addresses.kafkaBrokers,
    SCHEMA_REGISTRY_URL: addresses.schemaRegistryUrl,
    REDIS_URL: addresses.redisUrl,
    CLICKHOUSE_URL: addresses.clickHouse.url,
    CLICKHOUSE_USER: addresses.clickHouse.user,
    CLICKHOUSE_PASSWORD: addresses.clickHouse.password,
    CLICKHOUSE_DATABASE: addresses.clickHouse.database,
  };
}
