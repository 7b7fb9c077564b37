/** Rules of the code base that no other tool checks: imports between packages, use of clocks and settings, file sizes. */
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

const DOORS = ['log', 'control', 'blobs', 'process'].map(door => `@sightline/processors/${door}`);
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
};

/** Inner layers: files of a folder may import by relative path only each other and files of the listed folders. */
const INNER: Readonly<Record<string, readonly string[]>> = {
  'processors/src/runtime/': ['processors/src/log/'],
  'processors/src/log/': [],
  'processors/src/rules/': ['processors/src/tracking/', 'processors/src/runtime/'],
  'topologies/src/dsl/': [],
};

const importsOf = (text: string): readonly string[] =>
  [...text.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*'([^']+)'/g)].map(match => match[1] ?? '');

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
    const inner = longest(path, INNER);
    const allowed = inner === undefined ? [home] : [inner, ...(INNER[inner] ?? [])];
    return importsOf(text)
      .filter(name => name.startsWith('.') && !/\.(json|css)$/.test(name))
      .map(name => normalize(join(dirname(path), name)))
      .filter(target => !allowed.some(folder => target.startsWith(folder)))
      .map(target => `${path} imports ${target}`);
  });
  expect(wrong).toEqual([]);
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
    // decoder-confinement.ts reads no setting; it passes a few variables on to a child
    .filter(path => !/(^|\/)(env|main|next\.config|decoder-confinement)\.ts$|^deploy\/|\/scripts\//.test(path));
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
