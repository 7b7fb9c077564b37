import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * What the engine itself may do, whoever asks: tables of the MergeTree family, in memory and views. No grant on FILE,
 * URL, S3, REMOTE and the other sources, so no statement reads or writes anything beside the data; the one exception
 * in ClickHouse is the function `file`, which the judge refuses. INFILE is read by the client part of the engine.
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

/** Folders of the engine under its home. */
export interface EngineFolders {
  readonly data: string;
  /** Data of inserts on their way; emptied at the start. */
  readonly inserts: string;
  /** The engine's configuration, written anew at each start. */
  readonly config: string;
}

/** Makes the folders and writes the engine's configuration: its only user, that user's grants, an empty folder for files. */
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
  <profiles><default/></profiles>
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
