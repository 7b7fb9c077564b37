import { expect, test } from 'vitest';
import { InferenceFigures } from './inference-figures.ts';
import type { ModelAnswer } from './inference-protocol.ts';

const payload = { kind: 'boxes' as const, classes: ['hand'], boxes: [] };
const good: ModelAnswer = {
  ...{ kind: 'result', model: 'own:2' },
  result: { model: 'own', version: '2', sha256: 'a'.repeat(64), of: [], everyMs: 0, payload },
};
const bad: ModelAnswer = {
  kind: 'failed',
  model: 'own:2',
  message: `Integer division by zero\n${'stack '.repeat(500)}`,
};

/** Figures of a model that gave these answers, a picture each. */
function after(...answers: readonly ModelAnswer[]): InferenceFigures {
  const figures = new InferenceFigures();
  const pictures = answers.map(answer => ({ kind: 'looked' as const, answers: [answer] }));
  figures.batch({ id: 1, pictures, cost: { decodeMs: 0, models: {} } });
  return figures;
}
const times = (count: number, answer: ModelAnswer) => Array<ModelAnswer>(count).fill(answer);

test('a model that fails on every picture does not count them, and says so', () => {
  const { pictures, failsAlways, trouble } = after(...times(20, bad)).ofModel('own:2');
  expect([pictures, failsAlways]).toEqual([0, true]);
  expect(trouble).toMatch(/^it fails on 100 % of the pictures: Integer division by zero/);
  expect(trouble?.length).toBeLessThan(500);
});

test('some failures are said with their share, and few are not', () => {
  const some = after(...times(8, good), ...times(2, bad));
  expect(some.ofModel('own:2')).toMatchObject({
    pictures: 8,
    failsAlways: false,
    trouble: expect.stringContaining('20 %'),
  });
  expect(some.troubles).toEqual([expect.stringMatching(/^the model own:2: it fails on 20 %/)]);
  expect(after(...times(95, good), ...times(5, bad)).troubles).toEqual([]);
  expect(after(...times(3, bad)).ofModel('own:2')).toMatchObject({ failsAlways: false, trouble: undefined });
});
