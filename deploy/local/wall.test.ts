import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { installLine } from './machine.mjs';
import { describeWall, type Wall } from './wall.ts';

function findWallWith(path: string): Wall {
  const script = `import { findWall } from '${join(import.meta.dirname, 'wall.ts')}'; console.log(JSON.stringify(findWall()))`;
  const args = ['--input-type=module', '-e', script];
  return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8', env: { ...process.env, PATH: path } }));
}

test.runIf(process.platform === 'linux')(
  'without bwrap there is no wall, and the line that installs it is said',
  () => {
    const wall = findWallWith('/nonexistent');
    expect(wall).toEqual({ stands: false, reason: 'bwrap is not in PATH', fix: installLine(['bubblewrap']) });
    expect(describeWall(wall)).toMatch(
      /^the ClickHouse process has no second wall: bwrap is not in PATH; fix: .*bubblewrap/,
    );
  },
);
