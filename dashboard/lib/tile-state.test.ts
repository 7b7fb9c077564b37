import { expect, test } from 'vitest';
import type { CameraState } from '#generated/documents.ts';
import { tileState } from './tile-state.ts';

const camera = (state: CameraState | null, active = true) => ({
  active,
  status: state && { state, message: null, fps: 5, at: '2026-11-21T10:00:00Z' },
});

test('a connected camera is live while pictures come and waits when they stop', () => {
  expect(tileState(camera('CONNECTED'), 10_000, 11_000)).toBe('live');
  expect(tileState(camera('CONNECTED'), 10_000, 15_000)).toBe('waiting');
});

test('before the first word of ingest a camera is connecting', () => {
  expect(tileState(camera(null), null, 0)).toBe('connecting');
});

test('a picture is newer than the word that the camera is down', () => {
  expect(tileState(camera('DOWN'), 10_000, 10_500)).toBe('live');
  expect(tileState(camera('DOWN'), null, 10_500)).toBe('down');
});

test('broken, ended and stopped hold whatever was drawn', () => {
  expect(tileState(camera('BROKEN'), 10_000, 10_100)).toBe('broken');
  expect(tileState(camera('ENDED'), 10_000, 10_100)).toBe('ended');
  expect(tileState(camera('CONNECTED', false), 10_000, 10_100)).toBe('stopped');
});
