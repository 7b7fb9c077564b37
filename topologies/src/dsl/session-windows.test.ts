import { expect, test } from 'vitest';
import { WindowStory, words } from './testing/window-story.ts';
import { session } from './windows.ts';

const gap5 = session(5, { grace: 0 });
const gap5Grace6 = session(5, { grace: 6 });

test('a record at exactly the gap joins a session, one 1 ms later begins another', () => {
  const story = new WindowStory(gap5Grace6).pipe('a:x@10', 'a:y@15', 'a:z@21');
  expect(story.state()).toEqual(['a[10-15]=xy@15', 'a[21-21]=z@21']);
});

test('a session that grows is forwarded as deleted, then with its new bounds', () => {
  const story = new WindowStory(gap5Grace6, { cacheMaxBytes: 0 }).pipe('a:x@10', 'a:y@12');
  expect(story.updates()).toEqual(['a[10-10]=x@10', 'a[10-10]=-@10', 'a[10-12]=xy@12']);
});

test('a record between two sessions merges all three, in the order of their times', () => {
  const story = new WindowStory(gap5Grace6, { cacheMaxBytes: 0 }).pipe('a:x@10', 'a:z@18', 'b:o@14');
  story.updates();
  story.pipe('a:y@14');
  expect(story.updates()).toEqual(['a[10-10]=-@10', 'a[18-18]=-@18', 'a[10-18]=xzy@18']);
  expect(story.state()).toEqual(['a[10-18]=xzy@18', 'b[14-14]=o@14']);
});

test('a second record of the same time changes the session without deleting it', () => {
  const story = new WindowStory(gap5, { cacheMaxBytes: 0 }).pipe('a:x@10', 'a:y@10');
  expect(story.updates()).toEqual(['a[10-10]=x@10', 'a[10-10]=xy@10']);
});

test('a session closes when its end is below time - gap - grace, and a record that would make a closed one is late', () => {
  const story = new WindowStory(gap5Grace6).pipe('a:x@1', 'b:y@12');
  expect(story.closed()).toEqual([]);
  story.pipe('b:z@13', 'a:late@1', 'a:kept@2');
  expect(story.closed()).toEqual(['a[1-1]=x@1']);
  expect(story.late()).toEqual(['a:late@1']);
  expect(story.driver.account(words)).toMatchObject({ in: 5, processed: 4, late: 1 });
  story.pipe('b:end@14');
  expect(story.closed()).toEqual(['a[2-2]=kept@2']);
});

test('sessions close by their end, then by their start, then by key', () => {
  const story = new WindowStory(gap5Grace6).pipe('b:x@5', 'a:x@5', 'c:x@2', 'c:y@5', 'a:end@100');
  expect(story.closed()).toEqual(['c[2-5]=xy@5', 'a[5-5]=x@5', 'b[5-5]=x@5']);
});

test('with time by key, a session waits for records of its own key', () => {
  const story = new WindowStory(session(5, { grace: 0, time: 'key' })).pipe('a:x@1', 'b:far@1000', 'a:y@5', 'a:z@11');
  expect(story.closed()).toEqual(['a[1-5]=xy@5']);
  expect(story.late()).toEqual([]);
  expect(story.state()).toEqual(['a[11-11]=z@11', 'b[1000-1000]=far@1000']);
});

test.each([{ time: 'task' }, { time: 'key' }] as const)(
  'a crash changes nothing of what closes and what is late, $time',
  ({ time }) => {
    const told = ['a:x@1', 'a:y@4', 'a:z@14', 'a:late@2', 'a:w@9', 'a:end@40', 'a:late@30'];
    const calm = new WindowStory(session(5, { grace: 3, time })).pipe(...told);
    const shaken = new WindowStory(session(5, { grace: 3, time }));
    for (const word of told) {
      shaken.driver.crash();
      shaken.driver.restart();
      shaken.pipe(word);
    }
    expect(calm.late()).toEqual(['a:late@2', 'a:late@30']);
    expect(shaken.late()).toEqual(['a:late@2', 'a:late@30']);
    expect(shaken.closed()).toEqual(['a[1-4]=xy@4', 'a[9-14]=zw@14']);
    expect(calm.closed()).toEqual(['a[1-4]=xy@4', 'a[9-14]=zw@14']);
  },
);
