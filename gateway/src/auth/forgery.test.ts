import { expect, test } from 'vitest';
import { maybeForged, sameOrigin } from './forgery.ts';

const forged = (headers: Readonly<Record<string, string>>): boolean => maybeForged(name => headers[name]);

test('the headers by which a browser names the requesting page decide', () => {
  expect(forged({ 'sec-fetch-site': 'same-origin', origin: 'https://a.example', host: 'b.example' })).toBe(false);
  for (const site of ['cross-site', 'same-site', 'none']) expect(forged({ 'sec-fetch-site': site })).toBe(true);
});

test('an Origin must be this host, port and all', () => {
  expect(sameOrigin('http://127.0.0.1:8080', '127.0.0.1:8080')).toBe(true);
  for (const origin of ['http://127.0.0.1:8081', 'http://127.0.0.1', 'null', 'rubbish'])
    expect(sameOrigin(origin, '127.0.0.1:8080')).toBe(false);
});

test('without these headers, only requests that a form cannot send are accepted', () => {
  expect(forged({ 'content-type': 'application/json; charset=utf-8' })).toBe(false);
  expect(forged({ 'x-sightline-request': '1' })).toBe(false);
  for (const type of ['text/plain', 'multipart/form-data', 'application/x-www-form-urlencoded'])
    expect(forged({ 'content-type': type })).toBe(true);
  expect(forged({})).toBe(true);
});
