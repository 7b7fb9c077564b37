import type { Camera } from '@sightline/schemas';
import { expect, test } from 'vitest';
import { SourceAddressError, sourceUrl } from './source-path.ts';

const folders = { videos: '/v', scenes: '/s' };
const url = (source: Camera['source'], address: string): string =>
  sourceUrl({ source, url: address } as Camera, folders);

test('recordings are files of their folder, live cameras are addresses', () => {
  expect(url('file', 'videos:a b.mp4')).toBe('/v/a b.mp4');
  expect(url('loop', 'scenes:probe.mp4')).toBe('/s/probe.mp4');
  expect(url('live', 'rtsp://10.0.0.7/1')).toBe('rtsp://10.0.0.7/1');
});

test.each([
  ['file', 'videos:../secrets.json'],
  ['file', 'videos:sub/a.mp4'],
  ['file', 'videos:'],
  ['file', '/etc/passwd'],
  ['loop', 'http://10.0.0.7/a.mp4'],
  ['live', 'file:/etc/passwd'],
  ['live', 'concat:a|b'],
] as const)('a %s at %s is refused', (source, address) => {
  expect(() => url(source, address)).toThrow(SourceAddressError);
});
