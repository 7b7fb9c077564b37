import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { modelCardSchema } from '../src/model-card.ts';
import { tinyOnnx } from '../src/testing/tiny-onnx.ts';

const folder = mkdtempSync(join(tmpdir(), 'sightline-model-'));
afterAll(() => rmSync(folder, { recursive: true }));

const output = { name: 'output0', dims: [1, 7, 8400], numbers: [] };
writeFileSync(
  join(folder, 'forks.onnx'),
  tinyOnnx({ outputs: [output], metadata: { names: "{0: 'a', 1: 'b', 2: 'c'}", license: 'AGPL-3.0' } }),
);
writeFileSync(join(folder, 'best.pt'), 'PK\x03\x04 best/data.pkl');

function run(...args: readonly string[]): { readonly code: number | null; readonly text: string } {
  const command = join(import.meta.dirname, 'check-model.ts');
  const { status, stdout, stderr } = spawnSync(process.execPath, [command, ...args], {
    encoding: 'utf8',
    env: { ...process.env, INIT_CWD: folder },
  });
  return { code: status, text: stdout + stderr };
}

test('the command prints what a file is and a card that is valid, or the refusal with exit code 1', () => {
  const { code, text } = run('forks.onnx', '--json', '--classes', 'x, y,z');
  expect(code).toBe(0);
  const { file, card } = JSON.parse(text);
  expect(file).toMatchObject({ opsets: { 'ai.onnx': 17 }, metadata: { license: 'AGPL-3.0' } });
  expect(modelCardSchema.parse(card)).toMatchObject({ name: 'forks', licence: 'AGPL-3.0', classes: ['x', 'y', 'z'] });
  const plain = run('forks.onnx');
  expect(plain.text).toMatch(
    /inputs {5}images float32 \[1, 3, 640, 640\]\n.*outputs {4}output0 float32 \[1, 7, 8400\]/,
  );
  expect(run('forks.onnx', '--classes', 'x')).toMatchObject({
    code: 1,
    text: expect.stringContaining('Refused (classes)'),
  });
  expect(run('best.pt')).toMatchObject({
    code: 1,
    text: expect.stringContaining('Refused (not-onnx): the file is PyTorch'),
  });
  expect(run('none.onnx')).toMatchObject({ code: 1, text: expect.stringMatching(/^Error: ENOENT/) });
}, 30_000);
