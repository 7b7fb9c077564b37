import { expect, test } from 'vitest';
import { renamedNote, videoFileOf } from './video-file.ts';

const camera = { name: 'Front counter', source: 'FILE', url: 'videos:Front counter.mp4' };

test('a camera is silent about its file until the file has another name, then it says why it stays the same', () => {
  expect(renamedNote(camera)).toBeUndefined();
  expect(renamedNote({ ...camera, name: 'Front counter.mp4' })).toBeUndefined();
  expect(renamedNote({ ...camera, url: 'videos:Monday.mp4' })).toBe(
    'The file is called Monday.mp4 now. It holds the same recording, so it is the same camera.',
  );
});

test('only a recording in the folder is a file', () => {
  expect(videoFileOf({ source: 'LOOP', url: 'scenes:a.mp4' })).toBeUndefined();
  expect(videoFileOf({ source: 'LIVE', url: 'rtsp://camera/stream' })).toBeUndefined();
  expect(videoFileOf(camera)).toBe('Front counter.mp4');
});
