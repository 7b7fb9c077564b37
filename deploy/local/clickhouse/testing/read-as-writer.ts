/**
 * `node read-as-writer.ts SECRET PATH...`: starts an embedded ClickHouse as the user of this process, writes SECRET to
 * files of mode 0600 in its data folder, and reads those and each PATH with the function `file`, as the writer, whose
 * statements are not judged. Prints JSON: which paths were read, what the process said, what its environment has.
 */
import { writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { startClickHouse } from './running-clickhouse.ts';

export interface ReadAsWriter {
  readonly answers: Readonly<Record<string, string>>;
  readonly environment: string;
  readonly log: string;
}

const [secret = '', ...paths] = process.argv.slice(2);
const clickhouse = await startClickHouse();
const { folder } = clickhouse;
const file = async (path: string): Promise<string> =>
  (await clickhouse.post('writer', `SELECT hex(file('${path}'))`)).text();

writeFileSync(folder.secrets, secret, { mode: 0o600 });
writeFileSync(folder.file('logs', 'ready.json'), secret, { mode: 0o600 });
writeFileSync(folder.file('clickhouse', 'files', 'inside.txt'), secret, { mode: 0o644 });
const asked = [folder.secrets, folder.file('logs', 'ready.json'), ...paths, folder.file('clickhouse/files/inside.txt')];
const answers = Object.fromEntries(await Promise.all(asked.map(async path => [path, await file(path)] as const)));
const said: ReadAsWriter = {
  answers,
  environment: await readFile(`/proc/${clickhouse.pid()}/environ`, 'utf8'),
  log: await readFile(folder.log('clickhouse'), 'utf8'),
};
console.log(JSON.stringify(said));
await clickhouse.stop();
process.exit(0);
