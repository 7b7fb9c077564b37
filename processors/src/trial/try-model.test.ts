import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { tryCard, tryModel } from './try-model.ts';

vi.setConfig({ testTimeout: 60_000 }); // processes are started

const TESTING = join(import.meta.dirname, '../vision/testing');
const SQUARE = join(TESTING, 'bright-square.onnx');
const PICTURE = readFileSync(join(import.meta.dirname, '../../../models/goldens/kitchen-v1.jpg'));
const stated = { name: 'squares', version: '1', licence: 'MIT', classes: ['hand', 'pizza', 'scooper'] };

function fileWith(bytes: Uint8Array): string {
  const path = join(mkdtempSync(join(tmpdir(), 'trial-')), 'model.onnx');
  writeFileSync(path, bytes, { mode: 0o600 });
  return path;
}

test('a detector passes with its card, its cost and its boxes on each picture', async () => {
  const answer = await tryModel({ file: SQUARE, stated, pictures: [PICTURE, PICTURE] });
  expect(answer).toMatchObject({ kind: 'passed', card: { name: 'squares', classes: stated.classes } });
  if (answer.kind !== 'passed') return;
  expect(answer.msPerPicture).toBeGreaterThan(0);
  expect(answer.pictures).toHaveLength(2);
  expect(answer.pictures[0]?.boxes).toEqual(answer.pictures[1]?.boxes);
});

test('a kept version is tried by its card', async () => {
  const answer = await tryCard(join(TESTING, 'bright-square.json'), { pictures: [PICTURE] });
  expect(answer).toMatchObject({ kind: 'passed', card: { name: 'bright-square' } });
  const [picture] = answer.kind === 'passed' ? answer.pictures : [];
  expect(picture?.boxes[0]).toMatchObject({ className: 'hand', confidence: 1 });
});

test('a file that is no model is refused with the reason', async () => {
  const refusals = [Buffer.from('<!doctype html>'), readFileSync(SQUARE).subarray(0, 900), Buffer.alloc(10_000, 7)];
  for (const bytes of refusals) {
    const answer = await tryModel({ file: fileWith(bytes), stated, pictures: [] });
    expect(answer).toMatchObject({ kind: 'refused', message: expect.stringMatching(/.{20}/) });
  }
});

test('a file that takes too long is stopped, and the step is named', async () => {
  const answer = await tryModel({ file: SQUARE, stated, pictures: [], stepWithinMs: 1 });
  expect(answer).toMatchObject({
    kind: 'refused',
    message: expect.stringMatching(/ the file took more than 0.001 s/),
  });
});

test('a trial that nobody waits for is ended', async () => {
  const signal = AbortSignal.timeout(50);
  await expect(tryModel({ file: SQUARE, stated, pictures: [], signal })).rejects.toThrow(/timeout/);
});
