import { expect, test } from 'vitest';
import { ruleTemplates } from './rule-templates.ts';

const names = (...classes: readonly string[]) => ruleTemplates(classes).map(({ name }) => name);

test('templates are those that the classes can judge', () => {
  expect(names('hand', 'pizza', 'scooper')).toEqual(['Hand without scooper', 'No hand here']);
  expect(names('hand', 'pizza')).toEqual(['No hand here']);
  expect(names('person', 'car', 'dining table')).toEqual(['No person here', 'No car here']);
  expect(names()).toEqual([]);
});
