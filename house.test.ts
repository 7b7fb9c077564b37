/** Rules of the code base that no other tool checks: imports between packages, layers and circles of imports, use of clocks and settings, file sizes. */
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect, test } from 'vitest';

const PACKAGES = ['schemas', 'models', 'processors', 'topologies', 'gateway', 'dashboard', 'deploy'];
const SOURCES = globSync(`{${PACKAGES.join(',')}}/**/*.{ts,tsx}`)
  .filter(path => !/node_modules|\.next|\/generated\/|\.d\.ts$/.test(path))
  .map(path => ({ path, text: readFileSync(path, 'utf8') }));
const PRODUCT = SOURCES.filter(
  ({ path }) => !/\.(test|bench)\.tsx?$|\/(testing|bench|peers)\/|\/conformance\/|\/test-[\w-]+\.ts$/.test(path),
);

const DOORS = ['log', 'control', 'blobs', 'process', 'trial'].map(door => `@sightline/processors/${door}`);
const BARE_SCHEMAS = ['@sightline/schemas/topic', '@sightline/schemas/duration'];

/** Our packages that files of a folder may import by name. For a file in several folders the longest folder counts. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  'schemas/': [],
  'models/': [],
  'processors/': ['@sightline/schemas', '@sightline/models'],
  'processors/src/runtime/': BARE_SCHEMAS,
  'topologies/': ['@sightline/processors', '@sightline/schemas'],
  'topologies/src/dsl/': ['@sightline/processors/runtime', ...BARE_SCHEMAS],
  'gateway/': ['@sightline/schemas', ...DOORS],
  'dashboard/': [],
  'deploy/': ['@sightline/schemas', ...DOORS],
  'deploy/trials/': ['@sightline/schemas', '@sightline/processors/ingest/testing', ...DOORS],
};

const [LOG, PROCESS, CONTROL] = ['processors/src/log/', 'processors/src/process/', 'processors/src/control/'];
const files = (folder: string, names: string): readonly string[] => names.split(' ').map(name => `${folder}${name}.ts`);
/** Files that make one layer although their folder has more: each may import the others and what is below. */
const layer = (together: readonly string[], below: readonly string[]): Readonly<Record<string, readonly string[]>> =>
  Object.fromEntries(together.map(file => [file, [...together, ...below]]));

/** What runs in inference's worker threads, and what writes rows into ClickHouse. Neither knows its process. */
const MODEL_RUN =
  'inference-worker inference-protocol picture-models second-stage looking result-of model-costs model-session frame-decoder open-models run-mark look-at-tiles tile-motion';
const ROW_WRITE = 'partition-writer block-insert block-writer dead-letters record-queue block table date-time';
/** The gateway's layers from the lowest up. Each list includes the one below it. */
const BASE = ['gateway/src/errors.ts', 'gateway/src/auth/'];
const MEMORY = [...BASE, 'gateway/src/arguments/', 'gateway/src/live/'];
const ANSWERS = [
  ...[...MEMORY, 'gateway/src/queries/', 'gateway/src/health/'],
  ...['gateway/src/commands/', 'gateway/src/sessions/', 'gateway/src/onvif/'],
];

/** Inner layers: files of a folder may import by relative path only each other and the listed ones. The longest key counts. */
const INNER: Readonly<Record<string, readonly string[]>> = {
  [LOG]: [],
  'processors/src/blobs/': [],
  'processors/src/confinement/': [],
  'processors/src/trial/': ['processors/src/confinement/', ...files('processors/src/vision/', MODEL_RUN)],
  'processors/src/runtime/': [LOG],
  'processors/src/tracking/': [],
  'processors/src/rules/': ['processors/src/tracking/', 'processors/src/runtime/'],
  [PROCESS]: [LOG, 'processors/package.json'],
  [CONTROL]: [LOG, PROCESS],
  'processors/src/evidence/': ['processors/src/blobs/', LOG, PROCESS],
  'processors/src/vision/': ['processors/src/vision/', LOG, PROCESS, CONTROL],
  ...layer(files('processors/src/vision/', MODEL_RUN), []),
  'processors/src/sinks/': ['processors/src/sinks/', LOG, PROCESS],
  ...layer(files('processors/src/sinks/', ROW_WRITE), [LOG]),
  'processors/src/ingest/decoder/': ['processors/src/confinement/drop-rights.ts'],
  'processors/src/ingest/': [
    ...files('processors/src/ingest/decoder/', 'protocol stream-meter'),
    'processors/src/confinement/',
    LOG,
    PROCESS,
    CONTROL,
  ],
  'processors/src/ingest/videos/': [
    ...files('processors/src/ingest/', 'decoder-process status-log video-file'),
    'processors/src/confinement/',
    PROCESS,
    CONTROL,
  ],
  'processors/src/ingest/main.ts': ['processors/src/ingest/', PROCESS, CONTROL],
  'topologies/src/dsl/': [],
  'gateway/src/errors.ts': [],
  'gateway/src/http/': ['gateway/src/errors.ts'],
  'gateway/src/auth/': BASE,
  'gateway/src/arguments/': BASE,
  'gateway/src/live/': MEMORY,
  'gateway/src/queries/': MEMORY,
  'gateway/src/health/': ['gateway/src/queries/clickhouse.ts', 'gateway/package.json'],
  'gateway/src/onvif/': ['gateway/src/errors.ts', 'gateway/src/slots.ts'],
  'gateway/src/commands/': [...MEMORY, 'gateway/src/queries/', 'gateway/src/onvif/'],
  'gateway/src/sessions/': [...MEMORY, 'gateway/src/queries/'],
  'gateway/src/context.ts': ANSWERS,
  'gateway/src/schema/': [...ANSWERS, ...files('gateway/src/', 'builder context prices')],
  'gateway/src/plugins/': [...ANSWERS, ...files('gateway/src/', 'context slots')],
  'gateway/src/rest/': [...ANSWERS, 'gateway/src/http/', ...files('gateway/src/', 'context slots yoga')],
};

const importsOf = (text: string): readonly string[] =>
  [...text.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*'([^']+)'/g)].map(match => match[1] ?? '');

/** The files that a file imports from its own package. */
const relativeImports = (path: string, text: string): readonly string[] =>
  importsOf(text).flatMap(name => {
    if (name.startsWith('#')) return [name.replace('#', 'dashboard/')];
    return name.startsWith('.') && !/\.css$/.test(name) ? [normalize(join(dirname(path), name))] : [];
  });

const longest = (path: string, table: Readonly<Record<string, unknown>>): string | undefined =>
  Object.keys(table)
    .filter(folder => path.startsWith(folder))
    .sort((a, b) => b.length - a.length)[0];

test('a package imports only packages below it', () => {
  const wrong = PRODUCT.flatMap(({ path, text }) => {
    const allowed = MAY_IMPORT[longest(path, MAY_IMPORT) ?? ''] ?? [];
    return importsOf(text)
      .filter(
        name => name.startsWith('@sightline/') && !allowed.some(door => name === door || name.startsWith(`${door}/`)),
      )
      .map(name => `${path} imports ${name}`);
  });
  expect(wrong).toEqual([]);
});

test('a relative import stays in its package, and the inner layers know only those below', () => {
  const wrong = PRODUCT.flatMap(({ path, text }) => {
    const home = `${path.split('/')[0]}/`;
    const own = longest(path, INNER);
    const allowed = own === undefined ? [home] : (INNER[own] ?? []);
    return relativeImports(path, text)
      .filter(target => !allowed.some(below => target.startsWith(below)))
      .filter(target => own === undefined || longest(target, INNER) !== own)
      .map(target => `${path} imports ${target}`);
  });
  expect(wrong).toEqual([]);
});

/** Groups of nodes that reach each other (Tarjan's strongly connected components), and nodes that reach themselves. */
function circles(graph: ReadonlyMap<string, readonly string[]>): readonly (readonly string[])[] {
  const found: string[][] = [];
  const order = new Map<string, number>();
  const open: string[] = [];
  /** Visits a node. Returns the place of the earliest open node that it reaches. */
  const visit = (node: string): number => {
    const at = order.size;
    order.set(node, at);
    open.push(node);
    let earliest = at;
    for (const next of graph.get(node) ?? []) {
      const known = order.get(next);
      if (known === undefined) earliest = Math.min(earliest, visit(next));
      else if (open.includes(next)) earliest = Math.min(earliest, known);
    }
    if (earliest === at) {
      const group = open.splice(open.indexOf(node));
      if (group.length > 1 || graph.get(node)?.includes(node)) found.push(group.toSorted());
    }
    return earliest;
  };
  for (const node of graph.keys()) if (!order.has(node)) visit(node);
  return found;
}

test('circles are found, and a diamond is none', () => {
  const graph = new Map([
    ['a', ['b', 'c']],
    ['b', ['d']],
    ['c', ['d']],
    ['d', ['e']],
    ['e', ['d', 'f']],
    ['f', []],
    ['g', ['g']],
  ]);
  expect(circles(graph)).toEqual([['d', 'e'], ['g']]);
});

test('no imports form a circle; imports of types count too', () => {
  expect(circles(new Map(SOURCES.map(({ path, text }) => [path, relativeImports(path, text)])))).toEqual([]);
});

test('code that decides never reads the clock: time comes from records', () => {
  const decides =
    /^(schemas|models\/(src|scenes)|topologies|processors\/src\/(runtime|rules|tracking|vision|evidence|sinks|blobs))\//;
  const wrong = PRODUCT.filter(({ path, text }) => decides.test(path) && /\bDate\.now\(\)|new Date\(\)/.test(text));
  expect(wrong.map(({ path }) => path).filter(path => path !== 'processors/src/runtime/clock.ts')).toEqual([]);
});

test('the engine and the log in memory use one clock, which a simulation can replace', () => {
  const simulated = /^processors\/src\/(runtime|log\/memory)\//;
  const wrong = PRODUCT.filter(({ path, text }) => {
    return simulated.test(path) && /\b(setTimeout|setInterval|setImmediate)\(|\bperformance\.now\(/.test(text);
  });
  expect(wrong.map(({ path }) => path)).toEqual([]);
});

test('settings are read in one place per process', () => {
  const reads = PRODUCT.filter(({ text }) => /\bprocess\.env\b/.test(text.replaceAll('...process.env', '')));
  const wrong = reads
    .map(({ path }) => path)
    // confinement.ts reads no setting; it passes a few variables on to a child
    .filter(path => !/(^|\/)(env|main|next\.config|confinement)\.ts$|^deploy\/|\/scripts\//.test(path));
  expect(wrong).toEqual([]);
});

test('the engine, the log and the DSL know nothing of the domain', () => {
  const domain = /(?<![a-z])(frame|camera|zone|violation|incident|detection|scooper|kitchen)s?(?![a-z])/i;
  const engine = /^(processors\/src\/(runtime|log)|topologies\/src\/dsl)\//;
  const wrong = PRODUCT.filter(({ path }) => engine.test(path)).flatMap(({ path, text }) => {
    const found = text
      .split('\n')
      .flatMap((line, at) => (domain.test(line) ? [`${path}:${at + 1} ${line.trim()}`] : []));
    return found;
  });
  expect(wrong).toEqual([]);
});

test('a file stays within 400 lines', () => {
  expect(SOURCES.filter(({ text }) => text.split('\n').length > 401).map(({ path }) => path)).toEqual([]);
});
