import { expect, test } from 'vitest';
import { javaMajor } from './machine.mjs';

test('the major version of Java is found in the words of old and new ones', () => {
  expect(javaMajor('openjdk version "17.0.15" 2025-04-15')).toBe(17);
  expect(javaMajor('java version "1.8.0_402"')).toBe(8);
  expect(javaMajor('openjdk version "21" 2023-09-19')).toBe(21);
  expect(javaMajor('command not found')).toBeUndefined();
});
