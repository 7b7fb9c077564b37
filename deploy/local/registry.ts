import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DataFolder } from './folder.ts';
import { inFolder } from './java.ts';
import { answersHttp, type Program } from './program.ts';

export interface RegistryOptions {
  readonly folder: DataFolder;
  /** Folder with the unpacked `registry/`. */
  readonly parts: string;
  readonly port: number;
  readonly managementPort: number;
  /** Password of clients; absent: everyone who reaches the port may connect, for tests and trials. */
  readonly password?: string | undefined;
}

/** User name of all clients of the embedded registry. */
export const REGISTRY_USER = 'sightline';

const USERS = 'users.properties';

/** URL of the embedded registry's Confluent-compatible API. */
export const registryUrl = (port: number): string => `http://127.0.0.1:${port}/apis/ccompat/v7`;

/** Apicurio Registry on the loopback. It keeps its schemas in an H2 file, so it need not wait for the broker. */
export function registry({ folder, parts, port, managementPort, password }: RegistryOptions): Program {
  const data = folder.folder('registry');
  const users = join(data, USERS);
  // The password is in a file, so that no process list shows it.
  if (password === undefined) rmSync(users, { force: true });
  else writeFileSync(users, security(password), { mode: 0o600 });
  const settings = {
    'quarkus.http.host': '127.0.0.1',
    'quarkus.http.port': port,
    'quarkus.management.host': '127.0.0.1',
    'quarkus.management.port': managementPort,
    'quarkus.log.level': 'WARN',
    'apicurio.storage.kind': 'sql',
    'apicurio.storage.sql.kind': 'h2',
    'apicurio.datasource.url': 'jdbc:h2:file:./schemas',
    ...(password !== undefined && { 'quarkus.config.locations': USERS }),
  };
  const flags = Object.entries(settings).map(([key, value]) => `-D${key}=${value}`);
  const jar = join(parts, 'registry', 'apicurio-registry-app-3.0.9-runner.jar');
  return {
    name: 'registry',
    kind: 'part',
    needsSpace: true,
    argv: ['java', '-Xmx300m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', ...flags, '-jar', jar],
    ...inFolder(data),
    answers: () => answersHttp(`${registryUrl(port)}/subjects`, password === undefined ? {} : basic(password)),
    readyWithinMs: 120_000,
  };
}

const basic = (password: string): Readonly<Record<string, string>> => ({
  authorization: `Basic ${Buffer.from(`${REGISTRY_USER}:${password}`).toString('base64')}`,
});

/** Quarkus settings that ask for the password on every path. */
const security = (password: string): string => `quarkus.http.auth.basic=true
quarkus.security.users.embedded.plain-text=true
quarkus.security.users.embedded.users.${REGISTRY_USER}=${password}
quarkus.security.users.embedded.roles.${REGISTRY_USER}=sr-admin
quarkus.http.auth.permission.all.paths=/*
quarkus.http.auth.permission.all.policy=authenticated
`;
