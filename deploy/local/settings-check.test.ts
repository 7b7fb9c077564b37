import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { gatewaySettings } from '../../gateway/src/env.ts';
import { evidenceEnv } from '../../processors/src/evidence/env.ts';
import { ingestEnv } from '../../processors/src/ingest/env.ts';
import { sinkSettings } from '../../processors/src/sinks/env.ts';
import { visionEnv } from '../../processors/src/vision/env.ts';
import { topologySettings } from '../../topologies/src/env.ts';
import { refusePath } from './data-folder.mjs';
import { root } from './folder.ts';
import { SETTING_NAMES, wrongSettings } from './settings-check.mjs';

/** Settings that `npm start` gives each process, whatever the environment has. */
const GIVEN = ['GATEWAY_PORT', 'DASHBOARD_URL', 'HEALTH_TARGETS', 'HEALTH_PORT', 'GROUP_INSTANCE_ID', 'SCENES_DIR', 'SIGHTLINE_SECRETS']; // biome-ignore format: one list
const READ: Readonly<Record<string, z.ZodType>> = {
  ...sinkSettings,
  ...evidenceEnv,
  ...topologySettings,
  ...visionEnv,
  ...ingestEnv,
  ...gatewaySettings,
};

test('every setting of README and of each env.ts is checked before anything is installed, and no other', () => {
  const [, table = ''] =
    /## Settings(.*?)\n\n[^|\n]+env\.ts/s.exec(readFileSync(join(root, 'README.md'), 'utf8')) ?? [];
  const named = [...table.matchAll(/^\| (.*?) \|/gm)].flatMap(
    ([, cell = '']) => cell.match(/(?<=`)[A-Z_]+(?=`)/g) ?? [],
  );
  expect(named.length).toBeGreaterThan(20);
  const all = new Set([...named, ...Object.keys(READ)].filter(name => !GIVEN.includes(name)));
  expect(SETTING_NAMES.toSorted()).toEqual([...all].toSorted());
});

const SAMPLES = ['rubbish', 'nocolon', '-1', '-2', '0', '1.5', '1e9', '1e300', 'true', 'a,b', 'orders[0]', 'http://', 'x'.repeat(300), 'ÄÖ', '[', '99999999999']; // biome-ignore format: one list

test.each(Object.keys(READ).filter(name => !GIVEN.includes(name)))(
  'a value of %s that its process would refuse is refused before the install',
  name => {
    for (const value of SAMPLES) {
      const shape = z.object({ [name]: READ[name] ?? z.never() });
      if (!shape.safeParse({ [name]: value }).success)
        expect([value, wrongSettings({ [name]: value })]).toEqual([value, [expect.stringContaining(name)]]);
    }
  },
);

test.each([
  ['ACCEPTED_LOSSES', 'rubbish'],
  ['GATEWAY_HOST', 'no.such.host.example'],
  ['GATEWAY_HOST', '192.0.2.77'],
  ['SCHEMA_REGISTRY_AUTH', 'nocolon'],
  ['CLICKHOUSE_DATABASE', 'a b'],
  ['SIGHTLINE_CACHE', '/etc/passwd'],
])('%s=%s is refused by name', (name, value) => {
  expect(wrongSettings({ [name]: value })).toEqual([expect.stringMatching(`^${name} must be`)]);
});

test('right values of these settings are taken', () => {
  for (const GATEWAY_HOST of ['127.0.0.1', '0.0.0.0', '::', '::1', 'localhost'])
    expect(
      wrongSettings({
        GATEWAY_HOST,
        ACCEPTED_LOSSES: 'a-detections[0]@7, tracks[11]@0',
        SCHEMA_REGISTRY_AUTH: 'u:p:q',
      }),
    ).toEqual([]);
});

test('a folder whose path a program cannot take is refused by name, with code 2; all other signs are fine', () => {
  const refuse =
    (path: string, use: 'data' | 'clone', source = {}) =>
    () =>
      refusePath(path, '--data DIR', use, source);
  for (const path of ['/a\nb', '/a{b}', '/a*', '/a?', '/a\\b'])
    expect(refuse(path, 'data')).toThrow(
      expect.objectContaining({ exitCode: 2, fix: expect.stringContaining('--data') }),
    );
  expect(refuse('/a:b', 'clone')).toThrow('a colon');
  expect(refuse('/a#b', 'clone')).toThrow('# and ?');
  expect(refuse(`/My Projects/o'b, 100%20é`, 'clone')).not.toThrow();
  expect(refuse('/a{b}', 'data', { CLICKHOUSE_URL: 'http://c:8123' })).not.toThrow();
  expect(refuse(`/My Projects/o'b "#1" 100%20, é=:;$&<y>`, 'data')).not.toThrow();
});
