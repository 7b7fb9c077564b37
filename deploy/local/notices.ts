/** Writes THIRD-PARTY-NOTICES.md: every npm package that runs with the product, with its licence, from the lock file. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { root } from './folder.ts';

const Lock = z.object({
  packages: z.record(
    z.string(),
    z.looseObject({
      version: z.string().optional(),
      license: z.string().optional(),
      dev: z.boolean().optional(),
      link: z.boolean().optional(),
      optional: z.boolean().optional(),
    }),
  ),
});

const INTRODUCTION = `# Third-party notices

Sightline is licensed under Apache-2.0. It runs with the packages below, each under its own licence; their texts lie in
the packages. Written by \`npm run generate\` from package-lock.json.

- **node-av** carries a build of FFmpeg with GPL parts (x264). Only three places load it, each behind a port and in a
  process or worker of its own: ingest's decoder, inference's decode workers, the scene encoder. Who ships a binary of
  those must follow the GPL for them.
- **Apache Kafka**, **Apicurio Registry** (Apache-2.0) and **Redis** are fetched by \`npm start\` and not part of this
  repository.
- The weights in \`models/weights\` were trained by this project on scenes it renders: Apache-2.0.
`;

/** Platform builds of one package (\`@x/core-linux-x64\`) say nothing their main package does not. */
const PLATFORM = /-(linux|darwin|win32|freebsd|openbsd|netbsd|sunos|android|aix|wasm32|openharmony)/;

const lock = Lock.parse(JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')));
const rows = Object.entries(lock.packages)
  .filter(([path, entry]) => path.includes('node_modules/') && !entry.dev && !entry.link && !PLATFORM.test(path))
  .map(([path, entry]) => ({
    name: path.slice(path.lastIndexOf('node_modules/') + 13),
    version: entry.version ?? '',
    license: entry.license ?? licenseOf(path),
  }))
  .sort((a, b) => a.name.localeCompare(b.name, 'en') || a.version.localeCompare(b.version, 'en'));

function licenseOf(path: string): string {
  const file = join(root, path, 'package.json');
  const found: unknown = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).license : undefined;
  return typeof found === 'string' ? found : 'see the package';
}

const lines = [...new Set(rows.map(({ name, version, license }) => `| ${name} | ${version} | ${license} |`))];
writeFileSync(
  join(root, 'THIRD-PARTY-NOTICES.md'),
  `${INTRODUCTION}\n| package | version | licence |\n| --- | --- | --- |\n${lines.join('\n')}\n`,
);
