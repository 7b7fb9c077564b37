import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { root } from './folder.ts';

test("the dashboard's build is hashed over its sources and the contract, not over tests and docs", async () => {
  const argv = [join(root, 'node_modules/turbo/bin/turbo'), 'run', 'build', '--filter=@sightline/dashboard'];
  const env = { ...process.env, TURBO_TELEMETRY_DISABLED: '1', TURBO_NO_UPDATE_NOTIFIER: '1' };
  const options = { cwd: root, env, maxBuffer: 16 * 2 ** 20 };
  const { stdout } = await promisify(execFile)(process.execPath, [...argv, '--dry=json'], options);
  const { tasks } = JSON.parse(stdout);
  expect(tasks).toHaveLength(1);
  const inputs = Object.keys(tasks[0].inputs);
  expect(inputs).toEqual(
    expect.arrayContaining(['next.config.ts', 'app/layout.tsx', '../gateway/schema.graphql', '../tsconfig.json']),
  );
  expect(inputs.filter(path => /\.test\.|\.md$|^testing\/|^\.next\//.test(path))).toEqual([]);
}, 60_000);
