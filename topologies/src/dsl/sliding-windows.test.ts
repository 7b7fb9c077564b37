import { expect, test } from 'vitest';
import { WindowStory, words } from './testing/window-story.ts';
import { sliding } from './windows.ts';

const fiveGrace4 = sliding(5, { grace: 4 });

test('each record ends a window, and begins one after it when a later record is within the difference', () => {
  const story = new WindowStory(fiveGrace4).pipe('a:x@10', 'a:y@15', 'a:z@21');
  expect(story.state()).toEqual(['a[5-10]=x@10', 'a[10-15]=xy@15', 'a[11-16]=y@15', 'a[16-21]=z@21']);
});

test('a record between others enters the windows that contain it, and builds its own from the one before', () => {
  const story = new WindowStory(fiveGrace4, { cacheMaxBytes: 0 }).pipe('a:x@10', 'a:z@14');
  story.updates();
  story.pipe('a:y@12');
  expect(story.updates()).toEqual(['a[11-16]=zy@14', 'a[9-14]=xzy@14', 'a[7-12]=xy@12', 'a[13-18]=z@14']);
});

test('records at times below the difference share the window that begins at 0', () => {
  const story = new WindowStory(fiveGrace4).pipe('a:x@3', 'a:y@1', 'a:z@4');
  expect(story.state()).toEqual(['a[0-5]=xyz@4', 'a[2-7]=xz@4', 'a[4-9]=z@4']);
});

test('a window closes when its end is below time - grace, and a record is late when all its windows are closed', () => {
  const story = new WindowStory(fiveGrace4).pipe('a:x@10', 'b:y@14');
  expect(story.closed()).toEqual([]);
  story.pipe('b:z@15', 'a:late@5', 'a:kept@6');
  expect(story.closed()).toEqual(['a[5-10]=x@10']);
  expect(story.late()).toEqual(['a:late@5']);
  expect(story.driver.account(words)).toMatchObject({ in: 5, processed: 4, late: 1 });
});

test('a leap of time closes every window before it', () => {
  const story = new WindowStory(fiveGrace4).pipe('a:x@10', 'a:y@12', 'b:end@1000');
  expect(story.closed()).toEqual(['a[5-10]=x@10', 'a[7-12]=xy@12', 'a[11-16]=y@12']);
});

test('with time by key, windows close per key, and windows of late records build on the closed ones', () => {
  const story = new WindowStory(sliding(5, { grace: 0, time: 'key' })).pipe('a:x@10', 'b:far@1000', 'a:y@12', 'a:z@14');
  expect(story.closed()).toEqual(['a[5-10]=x@10', 'a[7-12]=xy@12']);
  expect(story.late()).toEqual([]);
  story.pipe('a:w@13', 'a:late@8');
  expect(story.late()).toEqual(['a:late@8']);
  story.pipe('a:end@40');
  expect(story.closed()).toEqual(['a[9-14]=xyzw@14', 'a[11-16]=yzw@14', 'a[13-18]=zw@14', 'a[14-19]=z@14']);
  expect(story.state()).toEqual(['a[35-40]=end@40', 'b[995-1000]=far@1000']);
});

test.each([{ time: 'task' }, { time: 'key' }] as const)(
  'a crash before every record changes nothing, $time',
  ({ time }) => {
    const told = ['a:a@10', 'a:b@12', 'a:c@14', 'a:d@11', 'a:late@2', 'a:e@13', 'a:f@20', 'a:late@9', 'a:g@40'];
    const calm = new WindowStory(sliding(5, { grace: 2, time })).pipe(...told);
    const shaken = new WindowStory(sliding(5, { grace: 2, time }));
    for (const word of told) {
      shaken.driver.crash();
      shaken.driver.restart();
      shaken.pipe(word);
    }
    expect(calm.late()).toEqual(['a:late@2', 'a:late@9']);
    expect(shaken.late()).toEqual(['a:late@2', 'a:late@9']);
    const closed = calm.closed();
    expect(closed).toContain('a[7-12]=abd@12');
    expect(shaken.closed()).toEqual(closed);
    expect(shaken.state()).toEqual(calm.state());
  },
);
