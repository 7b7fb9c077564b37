import { expect, test } from 'vitest';
import { sinkTables } from './table.ts';

test('a table has the name of the topic it is filled from', () => {
  expect(sinkTables.map(({ table }) => table)).toEqual(sinkTables.map(({ topic }) => topic.name.replaceAll('-', '_')));
});
