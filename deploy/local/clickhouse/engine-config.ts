import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Grants of the engine's only user: tables of the MergeTree family, tables in memory, and views. There is no grant on FILE,
 * URL, S3, REMOTE or other sources, so statements cannot reach other data. ClickHouse checks no grant for the function
 * `file`; the judge refuses it. INFILE needs no grant, since the client part of the engine reads it.
 */
const GRANTS: readonly string[] = [
  'GRANT SELECT, INSERT, ALTER, CREATE DATABASE, CREATE TABLE, CREATE VIEW, DROP, TRUNCATE, OPTIMIZE, SHOW DATABASES, SHOW TABLES, SHOW COLUMNS, KILL QUERY ON *.*',
  ...[
    'MergeTree',
    'AggregatingMergeTree',
    'CollapsingMergeTree',
    'ReplacingMergeTree',
    'SummingMergeTree',
    'VersionedCollapsingMergeTree',
    'Memory',
    'Null',
    'View',
    'MaterializedView',
  ].map(engine => `GRANT TABLE ENGINE ON ${engine}`),
];

/** Most bytes of one parameter. The engine takes a parameter as a statement, `SET param_ids = '...'`. */
const PARAMETER_BYTES = 16_777_216;

/** The engine's folders. */
export interface EngineFolders {
  readonly data: string;
  /** Data of running inserts; emptied at the start. */
  readonly inserts: string;
  /** The engine's configuration file; each start rewrites it. */
  readonly config: string;
}

/** Creates the folders and writes the engine's configuration: one user with its grants, an empty folder for files. */
export function prepareEngine(home: string): EngineFolders {
  const inserts = join(home, 'inserts');
  const files = join(home, 'files');
  for (const folder of [inserts, files]) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  }
  const users = join(home, 'users.xml');
  writeFileSync(users, usersXml(), { mode: 0o600 });
  const config = join(home, 'config.xml');
  writeFileSync(config, configXml(users, files), { mode: 0o600 });
  return { data: join(home, 'data'), inserts, config };
}

const configXml = (users: string, files: string): string => `<clickhouse>
  <users_config>${escapeXml(users)}</users_config>
  <user_files_path>${escapeXml(files)}/</user_files_path>
  <access_control_improvements><table_engines_require_grant>1</table_engines_require_grant></access_control_improvements>
</clickhouse>
`;

const usersXml = (): string => `<clickhouse>
  <profiles><default><max_query_size>${PARAMETER_BYTES}</max_query_size></default></profiles>
  <quotas><default/></quotas>
  <users>
    <default>
      <password/>
      <networks><ip>127.0.0.1</ip></networks>
      <profile>default</profile>
      <quota>default</quota>
      <grants>
${GRANTS.map(grant => `        <query>${grant}</query>`).join('\n')}
      </grants>
    </default>
  </users>
</clickhouse>
`;

const escapeXml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
