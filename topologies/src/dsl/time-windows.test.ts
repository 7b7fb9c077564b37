import { expect, test } from 'vitest';
import { dead, WindowStory, words } from './testing/window-story.ts';
import { hopping, tumbling } from './windows.ts';

const tenBy10 = tumbling(10, { grace: 0 });
const tenGrace5 = tumbling(10, { grace: 5 });
const tenBy4 = hopping(10, { advance: 4, grace: 0 });

test('the last ms of a window is in it, its end is in the next', () => {
  const story = new WindowStory(tenBy10).pipe('a:x@9', 'a:y@10');
  expect(story.state()).toEqual(['a[10-20]=y@10']);
  expect(story.closed()).toEqual(['a[0-10]=x@9']);
});

test('without grace a window takes records until time is its end', () => {
  const story = new WindowStory(tenBy10).pipe('a:x@8', 'b:y@9', 'a:z@0');
  expect([story.late(), story.closed()]).toEqual([[], []]);
  story.pipe('b:y@10', 'a:late@9');
  expect([story.late(), story.closed()]).toEqual([['a:late@9'], ['a[0-10]=xz@8', 'b[0-10]=y@9']]);
});

test('with grace a window takes records until the last ms of grace, and closes at the next', () => {
  const story = new WindowStory(tenGrace5).pipe('a:x@1', 'b:y@14', 'a:z@9');
  expect([story.closed(), story.late()]).toEqual([[], []]);
  story.pipe('b:end@15', 'a:late@9');
  expect(story.closed()).toEqual(['a[0-10]=xz@9']);
  expect(story.late()).toEqual(['a:late@9']);
});

test("an update has the highest time of its window's records, whatever their order", () => {
  const story = new WindowStory(tenGrace5).pipe('a:x@7', 'a:y@3', 'a:z@8');
  expect(story.updates()).toEqual(['a[0-10]=x@7', 'a[0-10]=xy@7', 'a[0-10]=xyz@8']);
});

test('a record is late for one of its windows and in time for the next', () => {
  const story = new WindowStory(tenBy4).pipe('a:x@12', 'a:y@7');
  expect(story.updates()).toEqual(['a[4-14]=x@12', 'a[8-18]=x@12', 'a[12-22]=x@12', 'a[4-14]=xy@12']);
  expect(story.late()).toEqual([]);
  expect(story.driver.account(words)).toMatchObject({ in: 2, processed: 2, late: 0 });
});

test('windows close once each, by start, then key', () => {
  const story = new WindowStory(tenBy4).pipe('b:x@5', 'a:y@5', 'a:z@9', 'c:end@30', 'c:on@31', 'c:on@60');
  expect(story.closed()).toEqual([
    'a[0-10]=yz@9',
    'b[0-10]=x@5',
    'a[4-14]=yz@9',
    'b[4-14]=x@5',
    'a[8-18]=z@9',
    'c[24-34]=endon@31',
    'c[28-38]=endon@31',
  ]);
});

test('a leap of time closes every window before it, however far it goes', () => {
  const story = new WindowStory(tenGrace5).pipe('a:x@1', 'b:y@14', 'c:end@1000000');
  expect(story.closed()).toEqual(['a[0-10]=x@1', 'b[10-20]=y@14']);
});

test('late records are accounted as late, and dropped when `.late` is not used', () => {
  const story = new WindowStory(tenBy10).pipe('a:x@25', 'a:y@9', 'a:z@19');
  expect(story.driver.account(words)).toEqual({
    in: 3,
    processed: 1,
    late: 2,
    deadLettered: 0,
    filtered: 0,
    duplicate: 0,
  });
  expect(story.late()).toEqual(['a:y@9', 'a:z@19']);
});

test('with time by key, records of one key do not make those of another late', () => {
  const story = new WindowStory(tumbling(60, { grace: 10, time: 'key' }));
  story.pipe('a:w@5', 'b:far@5000', 'a:x@70', 'a:late@50');
  expect(story.closed()).toEqual(['a[0-60]=w@5']);
  expect(story.late()).toEqual(['a:late@50']);
  expect(story.state()).toEqual(['a[60-120]=x@70', 'b[4980-5040]=far@5000']);
});

test.each([{ time: 'task' }, { time: 'key' }] as const)(
  'after a crash the next record finds time where it was, $time',
  ({ time }) => {
    const story = new WindowStory(tumbling(10, { grace: 5, time })).pipe('a:x@1', 'a:y@14', 'a:z@15');
    expect(story.closed()).toEqual(['a[0-10]=x@1']);
    story.driver.crash();
    story.driver.restart();
    story.pipe('a:late@9', 'a:w@24');
    expect([story.late(), story.closed()]).toEqual([['a:late@9'], []]);
    story.pipe('a:v@25');
    expect(story.closed()).toEqual(['a[10-20]=yz@15']);
  },
);

test('a window whose close was not committed closes again after a crash', () => {
  const story = new WindowStory(tenBy10, { commit: 'manual' }).pipe('a:x@1');
  story.driver.commit();
  story.pipe('a:y@12');
  story.driver.crash();
  story.driver.restart();
  expect(story.closed()).toEqual([]);
  story.driver.commit();
  expect(story.closed()).toEqual(['a[0-10]=x@1']);
});

test('a failed record moves no time and closes no window', () => {
  const story = new WindowStory(tenBy10, { deadLetters: dead, onProcessError: () => 'dead-letter' });
  story.pipe('a:x@1', 'b:boom@25', 'a:y@9');
  expect([story.closed(), story.late()]).toEqual([[], []]);
  story.pipe('a:z@10');
  expect(story.closed()).toEqual(['a[0-10]=xy@9']);
});

test('with a cache many updates of a window are one at the commit', () => {
  const story = new WindowStory(tenGrace5, { commit: 'manual' }).pipe('a:x@1', 'b:y@2', 'a:z@3');
  story.driver.commit();
  expect(story.updates()).toEqual(['a[0-10]=xz@3', 'b[0-10]=y@2']);
  const uncached = new WindowStory(tenGrace5, { commit: 'manual', cacheMaxBytes: 0 }).pipe('a:x@1', 'b:y@2', 'a:z@3');
  uncached.driver.commit();
  expect(uncached.updates()).toEqual(['a[0-10]=x@1', 'b[0-10]=y@2', 'a[0-10]=xz@3']);
});

test.each([
  ['a window of no size', () => tumbling(0, { grace: 0 })],
  ['an advance above the size', () => hopping(10, { advance: 11, grace: 0 })],
  ['a grace below nothing', () => tumbling(10, { grace: -1 })],
])('%s is refused', (_, make) => {
  expect(make).toThrow('ms');
});
