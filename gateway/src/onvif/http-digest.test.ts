import { expect, test } from 'vitest';
import { digestAuthorization } from './http-digest.ts';

/** The example of RFC 7616, 3.9.1. */
const mufasa = { method: 'GET', path: '/dir/index.html', user: 'Mufasa', password: 'Circle of Life' };
const challenge = (algorithm: string): string =>
  `Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=${algorithm}, nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"`;
const cnonce = 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ';

test('the digests are those of RFC 7616, and SHA-256 is taken before MD5', () => {
  const md5 = digestAuthorization([challenge('MD5')], mufasa, cnonce);
  expect(md5).toContain('response="8ca523f5e9506fed4657c9700eebdbec"');
  const both = digestAuthorization([challenge('MD5'), challenge('SHA-256')], mufasa, cnonce);
  expect(both).toContain('response="753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"');
  expect(both).toContain('algorithm=SHA-256, qop=auth, nc=00000001');
});

test('a challenge without qop and algorithm is answered as RFC 2617 did', () => {
  const header = digestAuthorization(['Digest realm="testrealm@host.com", nonce="dcd98b"'], mufasa, cnonce);
  expect(header).not.toContain('cnonce');
  expect(header).not.toContain('algorithm');
});

test('a challenge with a line break gets no header', () => {
  expect(() => digestAuthorization(['Digest realm="a\r\nx: y", nonce="1"'], mufasa)).toThrow(/incomplete/);
});

test.each(['管理员', 'a\r\nX: y'])('a user that no header can have, %j, is refused with what to do', user => {
  expect(() => digestAuthorization([challenge('MD5')], { ...mufasa, user })).toThrow(/only Latin letters/);
});
