import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Quarantine } from './quarantine.ts';
import { markPath, RunMark } from './run-mark.ts';

const newFolder = (): string => mkdtempSync(join(tmpdir(), 'quarantine-'));

/** A process that ends while its second thread runs this model; undefined: between two runs. */
function endWhile(folder: string, key: string | undefined): Quarantine {
  const quarantine = Quarantine.read(folder);
  const marks = [0, 1].map(thread => new RunMark(markPath(folder, thread)));
  for (const mark of marks) {
    mark.set('people:2');
    mark.clear();
  }
  if (key !== undefined) marks[1]?.set(key);
  return quarantine;
}

test('a model that runs when the process ends, twice, is not opened again', () => {
  const folder = newFolder();
  endWhile(folder, 'people:2');
  expect(endWhile(folder, 'people:2').has('people:2')).toBe(false);
  const third = Quarantine.read(folder);
  expect([third.has('people:2'), third.has('people:1')]).toEqual([true, false]);
});

test('ends between two runs blame nobody, and do not clear a model either', () => {
  const folder = newFolder();
  for (const key of ['people:2', undefined, undefined, 'people:2']) endWhile(folder, key);
  expect(Quarantine.read(folder).has('people:2')).toBe(true);
});

test('a thousand pictures without an end clear a model; a quarantined one stays so after a restart', () => {
  const folder = newFolder();
  endWhile(folder, 'people:2');
  const second = Quarantine.read(folder);
  second.looked('people:2', 999);
  expect(second.killsOf('people:2')).toBe(1);
  second.looked('people:2', 1_000);
  expect(Quarantine.read(folder).killsOf('people:2')).toBe(0);
  for (const key of ['people:3', 'people:3']) endWhile(folder, key);
  expect([1, 2].map(() => Quarantine.read(folder).has('people:3'))).toEqual([true, true]);
});

test('a model that is removed is forgotten: uploaded again, it is opened again', () => {
  const folder = newFolder();
  for (const key of ['people:2', 'people:2']) endWhile(folder, key);
  const quarantine = Quarantine.read(folder);
  quarantine.follow(
    new Map([
      ['people:2', 0],
      ['people:3', 0],
    ]),
  );
  expect(quarantine.has('people:2')).toBe(true);
  quarantine.follow(new Map([['people:3', 0]]));
  expect(Quarantine.read(folder).has('people:2')).toBe(false);
});

test('a model that a person lets try again is opened again, once for each time', () => {
  const folder = newFolder();
  const ends = (): void => ['people:2', 'people:2'].forEach(key => void endWhile(folder, key));
  const isOut = (attempt: number): boolean => {
    const quarantine = Quarantine.read(folder);
    quarantine.follow(new Map([['people:2', attempt]]));
    return quarantine.has('people:2');
  };
  ends();
  expect([isOut(0), isOut(1), isOut(1)]).toEqual([true, false, false]);
  ends();
  expect([isOut(1), isOut(1), isOut(2)]).toEqual([true, true, false]);
});
