// @vitest-environment happy-dom
import { afterEach, expect, test, vi } from 'vitest';
import { pageOf } from '../../testing/page-of.tsx';
import { Refresh } from './refresh.client.tsx';

afterEach(() => {
  vi.useRealTimers();
});

test('the page loads its data anew in time, and no more after it was left', () => {
  vi.useFakeTimers();
  const page = pageOf(<Refresh everyMs={1_000} />);
  vi.advanceTimersByTime(2_500);
  expect(page.visits).toEqual(['refresh', 'refresh']);
  page.show(<p>Another page</p>);
  vi.advanceTimersByTime(5_000);
  expect(page.visits).toHaveLength(2);
});
