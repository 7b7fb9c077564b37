import { expect, test } from 'vitest';
import { webcamProblem } from './webcam-problem.ts';

const named = (name: string): Error => Object.assign(new Error('the browser says no'), { name });

test('each reason why there is no webcam has its own cause and next step', () => {
  expect(webcamProblem(new TypeError('undefined'), false)).toMatch(/HTTPS or on localhost/);
  expect(webcamProblem(named('NotAllowedError'), true)).toMatch(/Allow the camera in the browser/);
  expect(webcamProblem(named('NotFoundError'), true)).toMatch(/no webcam. Connect one/);
  expect(webcamProblem(named('NotReadableError'), true)).toMatch(/Another program/);
  expect(webcamProblem(named('OddError'), true)).toMatch(/the browser says no/);
});
