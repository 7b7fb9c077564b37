/**
 * Writes THIRD-PARTY-NOTICES.md: every npm package that the product uses at run time, from the lock file, and every
 * network with weights of others, from its card; each with its licence.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
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

const Card = z.looseObject({
  name: z.string(),
  licence: z.string(),
  source: z.looseObject({ network: z.string(), package: z.string() }).optional(),
});

const INTRODUCTION = `# Third-party notices

Sightline is licensed under Apache-2.0. It runs with the packages below, each under its own licence; their texts lie in
the packages. Written by \`npm run generate\` from package-lock.json and the cards in \`models/cards\`.

- **node-av** contains a build of FFmpeg with GPL parts (x264). Only three places load it, each in its own process or
  worker: ingest's decoder, inference's decode workers, the scene encoder. Anyone who ships a binary of these must follow
  the GPL for it.
- \`npm start\` fetches **Apache Kafka**, **Apicurio Registry** (Apache-2.0) and **Redis**; they are not part of this
  repository.
- The weights of \`kitchen-v1\` were trained by this project on scenes it renders: Apache-2.0. The other weights in
  \`models/weights\` were made by others, and converted by \`models/conversion\`:
`;

/** Platform builds of a package, such as `@x/core-linux-x64`. They are left out: their main package has the same licence. */
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

const cards = join(root, 'models/cards');
const weights = readdirSync(cards)
  .toSorted()
  .map(file => Card.parse(JSON.parse(readFileSync(join(cards, file), 'utf8'))))
  .flatMap(({ name, licence, source }) =>
    source === undefined ? [] : [`| ${name} | ${source.network} | ${source.package} | ${licence} |`],
  );

const lines = [...new Set(rows.map(({ name, version, license }) => `| ${name} | ${version} | ${license} |`))];
writeFileSync(
  join(root, 'THIRD-PARTY-NOTICES.md'),
  `${INTRODUCTION}\n| weights | network | from | licence |\n| --- | --- | --- | --- |\n${weights.join('\n')}\n\n| package | version | licence |\n| --- | --- | --- |\n${lines.join('\n')}\n`,
);
