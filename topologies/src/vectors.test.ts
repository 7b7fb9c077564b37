import { expect, test } from 'vitest';
import { answer, lines } from '../vectors/answer.ts';
import { goldens } from '../vectors/golden.ts';
import { programs } from '../vectors/programs.ts';

const vectors = goldens(process.env.TEST_VECTORS);

test('every program of ours has its golden', () => {
  expect(vectors.map(({ program }) => program)).toEqual(expect.arrayContaining(Object.keys(programs)));
});

for (const golden of vectors) {
  test.runIf(golden.program in programs)(`${golden.program} answers as Kafka Streams: ${golden.description}`, () => {
    expect(lines(answer(golden))).toEqual(lines(golden));
  });
}
