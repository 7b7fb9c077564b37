import { expect, test } from 'vitest';
import * as topics from './topics.ts';

test('topic names are plural lower-kebab nouns, each declared once', () => {
  const names = Object.values(topics).map(topic => topic.name);
  expect(new Set(names).size).toBe(names.length);
  for (const name of names) expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/);
});

test('every topic with values of ours is partitioned by key and checks its values', () => {
  for (const { name, byKey, check } of Object.values(topics))
    expect([name, byKey, typeof check]).toEqual(
      name === 'dead-letters' ? [name, undefined, 'undefined'] : [name, true, 'function'],
    );
});

test('a topic kept for ever carries the schema in a header', () => {
  for (const topic of [topics.control, topics.vault, topics.configSwitches, topics.cameraStatus]) {
    expect(topic.retention.timeMs).toBe(-1);
    expect(topic.value.headers?.[0]?.[0]).toBe('avro-fingerprint');
  }
});
