import { expect, test } from 'vitest';
import { ownPath } from './own-path.ts';

test('after sign-in a person comes to a page of ours', () => {
  for (const next of ['/', '/violations?cameraId=cam-1&state=OPEN', '/cameras/cam.1']) expect(ownPath(next)).toBe(next);
});

test.each([
  undefined,
  '',
  '//evil.example',
  'https://evil.example',
  '/\\evil.example',
  '/../docs',
  '/..//evil.example',
  '/a/%2e%2E/../docs',
  '/.%2e/auth/logout',
])('next=%s leads to the first page', next => {
  expect(ownPath(next)).toBe('/');
});
