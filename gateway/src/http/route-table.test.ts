import { expect, test } from 'vitest';
import { RouteTable } from './route-table.ts';

const table = new RouteTable(
  [
    { method: 'GET', path: '/api/violations/:video' },
    { method: 'POST', path: '/graphql' },
    { method: 'GET', path: '/graphql' },
    { method: 'GET', path: '/openapi.json' },
    { method: 'GET', path: '/app/*' },
  ],
  { withoutHead: ['/graphql'] },
);

test('a path belongs to the pattern that matches all of it', () => {
  expect(table.find('/api/violations/Camera%201')?.path).toBe('/api/violations/:video');
  expect(table.find('/app/cameras/1')?.path).toBe('/app/*');
  for (const path of ['/api/violations/', '/api/violations/a/b', '/openapiXjson', '/x/graphql', ''])
    expect([path, table.find(path)]).toEqual([path, undefined]);
});

test('OPTIONS and a wrong method get the methods of the path, an unknown path gets none', async () => {
  const options = table.answer('OPTIONS', '/openapi.json');
  expect([options?.status, options?.headers.get('allow')]).toEqual([204, 'GET, HEAD, OPTIONS']);
  const wrong = table.answer('DELETE', '/graphql');
  expect([wrong?.status, wrong?.headers.get('allow')]).toEqual([405, 'GET, OPTIONS, POST']);
  expect(await wrong?.json()).toMatchObject({ code: 'METHOD_NOT_ALLOWED', detail: expect.stringContaining('DELETE') });
  expect(table.answer('HEAD', '/graphql')?.status).toBe(405);
  for (const [method, path] of [
    ['HEAD', '/app/x'],
    ['POST', '/graphql'],
    ['DELETE', '/nothing'],
  ] as const)
    expect(table.answer(method, path)).toBe(undefined);
});
