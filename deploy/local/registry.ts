import { join } from 'node:path';
import type { DataFolder } from './folder.ts';
import { answersHttp, type Program } from './program.ts';

export interface RegistryOptions {
  readonly folder: DataFolder;
  /** Folder with the unpacked `registry/`. */
  readonly parts: string;
  readonly port: number;
  readonly managementPort: number;
}

/** Path of the Confluent-compatible API on the embedded registry. */
export const registryUrl = (port: number): string => `http://127.0.0.1:${port}/apis/ccompat/v7`;

/** Apicurio Registry on the loopback; its schemas lie in an H2 file, so it need not wait for the broker. */
export function registry({ folder, parts, port, managementPort }: RegistryOptions): Program {
  const file = join(folder.folder('registry'), 'schemas');
  const settings = {
    'quarkus.http.host': '127.0.0.1',
    'quarkus.http.port': port,
    'quarkus.management.host': '127.0.0.1',
    'quarkus.management.port': managementPort,
    'quarkus.log.level': 'WARN',
    'apicurio.storage.kind': 'sql',
    'apicurio.storage.sql.kind': 'h2',
    'apicurio.datasource.url': `jdbc:h2:file:${file}`,
  };
  const flags = Object.entries(settings).map(([key, value]) => `-D${key}=${value}`);
  const jar = join(parts, 'registry', 'apicurio-registry-app-3.0.9-runner.jar');
  return {
    name: 'registry',
    kind: 'part',
    argv: ['java', '-Xmx300m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', ...flags, '-jar', jar],
    answers: () => answersHttp(`${registryUrl(port)}/subjects`),
    readyWithinMs: 120_000,
  };
}
