// Checks the settings of the environment that README lists, before anything is installed or started. The processes check
// theirs again, more strictly. Plain JavaScript for Node 20 without packages.
import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { isIP } from 'node:net';
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

const FORMS = {
  KAFKA_BROKERS: list(broker),
  KAFKA_SSL: oneOf('true', 'false'),
  KAFKA_SSL_CA: file,
  KAFKA_SSL_CERT: file,
  KAFKA_SSL_KEY: file,
  KAFKA_SASL_MECHANISM: oneOf('plain', 'scram-sha-256', 'scram-sha-512'),
  SCHEMA_REGISTRY_URL: url('http:', 'https:'),
  CLICKHOUSE_URL: url('http:', 'https:'),
  REDIS_URL: url('redis:', 'rediss:'),
  NAME_PREFIX: matches(/^[a-z0-9-]*$/, 'small letters, digits and -'),
  MODEL_CARD: list(file),
  GATEWAY_MEMORY_DAYS: number(0.01, 90),
  GATEWAY_MEMORY_MB: number(1, Number.POSITIVE_INFINITY),
  TRUSTED_PROXIES: list(network),
  CONNECTIONS_PER_ADDRESS: matches(/^[1-9]\d*$/, 'a whole number from 1 up'),
  VIDEOS_DIR: folder,
  LOG_LEVEL: oneOf('debug', 'info', 'warn', 'error', 'fatal'),
};

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
