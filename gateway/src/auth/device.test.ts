import { randomBytes } from 'node:crypto';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { Devices } from './device.ts';

const secret = randomBytes(32);
const devices = new Devices(secret);

test('a cookie is valid for the login for which it was issued, at every gateway of the installation', () => {
  const cookie = devices.issue('Admin');
  const id = devices.find(cookie, ' admin');
  expect(id).toMatch(/^[\w-]{22}$/);
  expect(new Devices(secret).find(cookie, 'admin')).toBe(id);
  expect(devices.find(cookie, 'berlin')).toBe(undefined);
  expect(new Devices(randomBytes(32)).find(cookie, 'admin')).toBe(undefined);
  expect(devices.issue('admin')).not.toBe(cookie);
});

test('a changed or invented cookie is not valid', () => {
  const cookie = devices.issue('admin');
  fc.assert(
    fc.property(fc.nat({ max: cookie.length - 1 }), fc.constantFrom('A', 'b', '_', '.', ''), (place, letter) => {
      const changed = cookie.slice(0, place) + letter + cookie.slice(place + 1);
      // The last letter of base64 has bits that mean nothing.
      fc.pre(changed !== cookie && place < cookie.length - 1);
      expect(devices.find(changed, 'admin')).toBe(undefined);
    }),
  );
  fc.assert(
    fc.property(fc.string(), text => {
      expect(devices.find(text, 'admin')).toBe(undefined);
    }),
  );
  expect(devices.find(undefined, 'admin')).toBe(undefined);
});
