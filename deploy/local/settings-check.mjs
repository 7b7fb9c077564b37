// Checks every setting of the environment, those in README and those of each `env.ts`, before anything is installed or started. The processes check
// theirs again, more strictly. Plain JavaScript for Node 20 without packages.
import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { isIP } from 'node:net';
import { hostname, networkInterfaces } from 'node:os';
import { resolve } from 'node:path';
import { StepError } from './progress.mjs';

/** Each form returns what is wanted, or undefined when the value has it. No message repeats a value that may hold a password. */
const url =
  (...protocols) =>
  value => {
    const wanted = `a URL that begins with ${protocols.map(each => `${each}//`).join(' or ')} and names a host`;
    try {
      const { protocol, hostname } = new URL(value);
      return protocols.includes(protocol) && hostname !== '' ? undefined : wanted;
    } catch {
      return wanted;
    }
  };

const matches = (pattern, wanted) => value => (pattern.test(value) ? undefined : `${wanted}, not ${value}`);

const oneOf =
  (...allowed) =>
  value =>
    allowed.includes(value) ? undefined : `one of ${allowed.join(', ')}, not ${value}`;

const number = (least, most) => value =>
  Number.isFinite(Number(value)) && Number(value) >= least && Number(value) <= most
    ? undefined
    : `a number from ${least}${most === Number.POSITIVE_INFINITY ? ' up' : ` to ${most}`}, not ${value}`;

const list = form => value =>
  value
    .split(',')
    .map(each => form(each.trim()))
    .find(trouble => trouble !== undefined);

const broker = value => {
  const [, host, port] = /^(\[[0-9a-fA-F:]+\]|[\w.-]+):(\d{1,5})$/.exec(value) ?? [];
  const fits = host !== undefined && Number(port) >= 1 && Number(port) <= 65_535;
  return fits ? undefined : `host:port,host:port, such as kafka-1:9092, not ${value}`;
};

const network = value => {
  const [address = '', bits, ...more] = value.split('/');
  const largest = isIP(address) === 6 ? 128 : 32;
  const fits = isIP(address) !== 0 && more.length === 0 && (bits === undefined || (/^\d+$/.test(bits) && Number(bits) <= largest)); // biome-ignore format: one condition
  return fits ? undefined : `addresses or ranges, such as 10.0.0.0/8,192.0.2.1, not ${value}`;
};

const file = value => {
  try {
    accessSync(resolve(value), constants.R_OK);
    return statSync(resolve(value)).isFile() ? undefined : `the path of a file; ${value} is none`;
  } catch (error) {
    return `the path of a file that can be read; ${value}: ${error.code}`;
  }
};

const folder = value =>
  existsSync(value) && statSync(value).isDirectory() ? undefined : `a folder that exists; ${value} is none`;

/** A folder that is made where it is missing. */
const newFolder = value =>
  !existsSync(value) || statSync(value).isDirectory() ? undefined : `a folder; ${value} is a file`;

const anyText = () => undefined;

const login = value => (/^[^:]+:/.test(value) ? undefined : 'user:password');

/** An address that this machine can listen on. */
const ownAddress = value => {
  const own = Object.values(networkInterfaces()).flatMap(each => (each ?? []).map(({ address }) => address));
  const names = ['0.0.0.0', '::', 'localhost', hostname(), ...own];
  const fits = names.includes(value.split('%')[0]) || /^127\.\d+\.\d+\.\d+$/.test(value) || value === '::1';
  return fits ? undefined : `an address of this machine, or 0.0.0.0 for all, not ${value}`;
};

const losses = value =>
  list(each =>
    matches(/^[\w.-]+\[\d+\]@\d+$/, 'topic[partition]@offset, separated by commas, as health names them')(each),
  )(value.replace(/,\s*$/, ''));

const whole =
  (least, most = Number.MAX_SAFE_INTEGER) =>
  value =>
    Number.isSafeInteger(Number(value)) ? number(least, most)(value) : `a whole number from ${least} up, not ${value}`;

const flag = oneOf('true', 'false');

const FORMS = {
  KAFKA_BROKERS: list(broker),
  KAFKA_SSL: flag,
  KAFKA_SSL_CA: file,
  KAFKA_SSL_CERT: file,
  KAFKA_SSL_KEY: file,
  KAFKA_SASL_MECHANISM: oneOf('plain', 'scram-sha-256', 'scram-sha-512'),
  KAFKA_SASL_USERNAME: anyText,
  KAFKA_SASL_PASSWORD: anyText,
  SCHEMA_REGISTRY_URL: url('http:', 'https:'),
  SCHEMA_REGISTRY_AUTH: login,
  CLICKHOUSE_URL: url('http:', 'https:'),
  CLICKHOUSE_USER: anyText,
  CLICKHOUSE_PASSWORD: anyText,
  CLICKHOUSE_DATABASE: matches(/^[\w-]+$/, 'letters, digits, _ and -'),
  REDIS_URL: url('redis:', 'rediss:'),
  NAME_PREFIX: matches(/^[a-z0-9-]*$/, 'small letters, digits and -'),
  ACCEPTED_LOSSES: losses,
  MODEL_CARD: list(file),
  GATEWAY_HOST: ownAddress,
  GATEWAY_MEMORY_DAYS: number(0.01, 90),
  GATEWAY_MEMORY_MB: number(1, Number.POSITIVE_INFINITY),
  ONVIF_LOOPBACK: flag,
  TRUSTED_PROXIES: list(network),
  CONNECTIONS_PER_ADDRESS: matches(/^[1-9]\d*$/, 'a whole number from 1 up'),
  VIDEOS_DIR: folder,
  SIGHTLINE_DATA: newFolder,
  SIGHTLINE_CACHE: newFolder,
  LOG_LEVEL: oneOf('debug', 'info', 'warn', 'error', 'fatal'),
  HEALTH_HOST: ownAddress,
  METRICS_PORT: whole(0, 65_535),
  SITE: matches(/^[a-z0-9-]{1,60}$/, 'at most 60 small letters, digits and -'),
  VIDEOS_MAX_FPS: number(0.01, 60),
  CAMERAS_PER_DECODER: whole(1, 64),
  MOTION_GATE: flag,
  FILE_SPEED: number(0, Number.POSITIVE_INFINITY),
  INFERENCE_PROCESSES: whole(1, 16),
  INFERENCE_WORKERS: whole(1, 256),
  EXECUTION_PROVIDERS: list(oneOf('cpu', 'cuda', 'tensorrt', 'openvino', 'coreml', 'dml', 'webgpu')),
  BATCH_MAX: whole(1, 32),
  BATCH_WAIT_MS: number(0, 1_000),
  SINK_MAX_ROWS: whole(1, 500_000),
  SINK_MAX_BYTES: whole(1, 128 * 1_048_576),
  SINK_SESSION_TIMEOUT_MS: whole(6_000),
  COMMIT_INTERVAL_MS: whole(1),
  SESSION_TIMEOUT_MS: whole(1),
  HEARTBEAT_INTERVAL_MS: whole(1),
  REBALANCE_TIMEOUT_MS: whole(1),
  BUFFERED_RECORDS_PER_PARTITION: whole(1),
  INPUT_BUFFER_BYTES_PER_PARTITION: whole(1),
  PROCESSING_GUARANTEE: oneOf('exactly-once', 'at-least-once'),
  STATE_STORE_CACHE_MAX_BYTES: whole(0),
  MAX_TASK_IDLE_MS: whole(-1),
  NUM_STANDBY_REPLICAS: whole(0),
  STORE_ENGINE: oneOf('memory', 'lmdb'),
  STATE_DIR: newFolder,
  ACCEPT_TOPOLOGY_CHANGES: flag,
  REPLICATION_FACTOR: whole(1),
};

/** Names of the settings that are checked: all that a user can give. */
export const SETTING_NAMES = Object.keys(FORMS);

/**
 * What is wrong with the settings, one text for each. An empty variable counts as not set.
 * @param {NodeJS.ProcessEnv} [source]
 * @returns {string[]}
 */
export function wrongSettings(source = process.env) {
  return Object.entries(FORMS).flatMap(([name, form]) => {
    const value = source[name];
    const wanted = value === undefined || value === '' ? undefined : form(value);
    return wanted === undefined ? [] : [`${name} must be ${wanted}`];
  });
}

/** Throws StepError when a setting is wrong. */
export function refuseWrongSettings() {
  const wrong = wrongSettings();
  if (wrong.length === 0) return;
  const error = new StepError(
    `the environment has wrong settings:\n${wrong.map(each => `       ${each}`).join('\n')}`,
    'correct these variables, or unset them; README lists all settings',
  );
  throw Object.assign(error, { exitCode: 2 });
}
