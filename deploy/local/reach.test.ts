import { expect, test } from 'vitest';
import { endpoints } from './reach.ts';

test('host and port are read from every form an address has', () => {
  expect(endpoints('a:9092, b:9093')).toEqual([
    { host: 'a', port: 9092 },
    { host: 'b', port: 9093 },
  ]);
  expect(endpoints('http://clickhouse:8123/path')).toEqual([{ host: 'clickhouse', port: 8123 }]);
  expect(endpoints('https://registry.example')).toEqual([{ host: 'registry.example', port: 443 }]);
  expect(endpoints('rediss://:pw@cache')).toEqual([{ host: 'cache', port: 6379 }]);
});
