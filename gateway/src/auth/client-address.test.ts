import type { IncomingMessage } from 'node:http';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { askerOf, clientAddresses } from './client-address.ts';

const request = (remoteAddress: string, forwarded?: string): IncomingMessage =>
  ({ socket: { remoteAddress }, headers: { 'x-forwarded-for': forwarded } }) as unknown as IncomingMessage;

test('without trusted proxies no client can claim another address', () => {
  const { of } = clientAddresses([]);
  fc.assert(
    fc.property(fc.ipV4(), fc.oneof(fc.ipV4(), fc.ipV6(), fc.string()), (address, claimed) => {
      expect(of(request(address, claimed))).toBe(address);
    }),
  );
});

test("a trusted proxy names the client's address, and entries by the client itself do not count", () => {
  const { of, isProxy } = clientAddresses(['loopback', '10.0.0.0/8']);
  expect(of(request('127.0.0.1', '203.0.113.9'))).toBe('203.0.113.9');
  expect(of(request('::ffff:10.1.2.3', '1.1.1.1, 203.0.113.9, 10.9.9.9'))).toBe('203.0.113.9');
  expect(of(request('198.51.100.1', '203.0.113.9'))).toBe('198.51.100.1');
  expect(of(request('127.0.0.1', 'unknown'))).toBe('127.0.0.1');
  expect([isProxy('10.0.0.1'), isProxy('11.0.0.1'), isProxy('')]).toEqual([true, false, false]);
});

test('a proxy that cannot be read is refused', () => {
  expect(() => clientAddresses(['10.0.0.0/8', 'my-proxy'])).toThrow(TypeError);
});

test('one household counts as one client, however many addresses of its network it uses', () => {
  expect(askerOf('2001:db8:1:2:aaaa::1')).toBe(askerOf('2001:db8:1:2:bbbb::2'));
  expect(askerOf('2001:db8:1:2::1')).not.toBe(askerOf('2001:db8:1:3::1'));
  expect(askerOf('::ffff:192.0.2.1')).toBe('192.0.2.1');
});
