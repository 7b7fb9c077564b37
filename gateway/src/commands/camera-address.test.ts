import { withLogin } from '@sightline/processors/control';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseCameraAddress } from './camera-address.ts';

const login = (user: string, password: string) => ({ user, password });

test.each([
  ['rtsp://192.168.1.20:554/stream1', 'rtsp://192.168.1.20:554/stream1', undefined],
  ['RTSP://cam.local/h264', 'rtsp://cam.local/h264', undefined],
  ['rtsp://admin:secret@cam/1', 'rtsp://cam/1', login('admin', 'secret')],
  ['rtsp://admin:p@ss@cam:8554/1?a=b', 'rtsp://cam:8554/1?a=b', login('admin', 'p@ss')],
  ['rtsp://admin:p%40ss@cam/1', 'rtsp://cam/1', login('admin', 'p@ss')],
  ['rtsp://admin:100%@cam/1', 'rtsp://cam/1', login('admin', '100%')],
  ['rtsp://admin:a/b?c#d:e@cam/1', 'rtsp://cam/1', login('admin', 'a/b?c#d:e')],
  ['rtsp://admin:@cam/1', 'rtsp://cam/1', login('admin', '')],
  ['http://viewer@cam/video.mjpg', 'http://cam/video.mjpg', login('viewer', '')],
  ['rtsp://cam/user@stream', 'rtsp://cam/user@stream', undefined],
  ['rtsp://cam:554/user@stream', 'rtsp://cam:554/user@stream', undefined],
  ['rtsps://u:p@[fe80::1]:322/a', 'rtsps://[fe80::1]:322/a', login('u', 'p')],
])('%s', (text, url, expected) => {
  expect(parseCameraAddress(text)).toEqual({ url, login: expected });
});

test.each([
  ['192.168.1.20', 'begin with rtsp://'],
  ['ftp://cam/1', 'begin with rtsp://'],
  ['file:///etc/passwd', 'begin with rtsp://'],
  ['rtsp://', 'no valid host'],
  ['rtsp:///stream', 'no valid host'],
  ['rtsp://cam:99999/x', 'no valid host'],
  ['rtsp://cam/a b', 'a space'],
])('%s is refused with what to do', (text, words) => {
  expect(parseCameraAddress(text)).toContain(words);
});

test('a long address is refused with what to do', () => {
  expect(parseCameraAddress(`rtsp://cam/${'a'.repeat(2_000)}`)).toContain('at most 2000');
});

test('any login comes back from an address into which it was put', () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 20 });
  fc.assert(
    fc.property(text, text, (user, password) => {
      const one = login(`u${user}`, password);
      expect(parseCameraAddress(withLogin('rtsp://cam:554/path@x?y=1', one))).toEqual({
        url: 'rtsp://cam:554/path@x?y=1',
        login: one,
      });
    }),
  );
});
