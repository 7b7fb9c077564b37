import type { AppHealth } from '@sightline/processors/runtime';
import { expect, test } from 'vitest';
import { healthOf } from './health.ts';

const app = (change: Partial<AppHealth> = {}): AppHealth => ({
  state: 'running',
  reason: undefined,
  generation: 1,
  lanes: [],
  standbys: [],
  globalStores: [{ store: 'control', undecodable: 0 }],
  lost: [],
  ...change,
});

test('a graph whose global store cannot read all of its topic is degraded, with the reason', () => {
  const trouble = 'the configuration holds what this version does not know';
  const globalStores = [{ store: 'control', undecodable: 0, trouble }];
  expect(healthOf([['violations', app()]]).status).toBe('healthy');
  expect(healthOf([['violations', app({ globalStores })]])).toMatchObject({
    status: 'degraded',
    details: { reason: `violations: ${trouble}` },
  });
});
