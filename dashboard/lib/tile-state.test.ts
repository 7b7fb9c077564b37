import { expect, test } from 'vitest';
import type { CameraState } from '#generated/documents.ts';
import { tileState } from './tile-state.ts';

const SAID_AT_MS = Date.parse('2026-11-21T10:00:00Z');
const camera = (state: CameraState | null, active = true) => ({
  active,
  status: state && { state, message: null, fps: 5, at: '2026-11-21T10:00:00Z' },
});
/** A view that came a second ago, captured so long after the camera's last word. */
const view = (sinceWordMs: number) => ({ heardAtMs: 10_000, capturedAtMs: SAID_AT_MS + sinceWordMs });

test('a connected camera is live while views come and waits when they stop', () => {
  expect(tileState(camera('CONNECTED'), view(1), 11_000)).toBe('live');
  expect(tileState(camera('CONNECTED'), view(1), 15_000)).toBe('waiting');
});

test('before the first word of ingest a camera is connecting until a view comes', () => {
  expect(tileState(camera(null), null, 0)).toBe('connecting');
  expect(tileState(camera(null), view(1), 11_000)).toBe('live');
});

test('a camera that is down is not live by a view from before that word, only by a newer one', () => {
  expect(tileState(camera('DOWN'), view(-200), 10_100)).toBe('down');
  expect(tileState(camera('DOWN'), null, 10_100)).toBe('down');
  expect(tileState(camera('DOWN'), view(200), 10_100)).toBe('live');
  expect(tileState(camera('CONNECTING'), view(-200), 10_100)).toBe('connecting');
});

test('broken, ended and stopped hold whatever was drawn', () => {
  expect(tileState(camera('BROKEN'), view(1), 10_100)).toBe('broken');
  expect(tileState(camera('ENDED'), view(1), 10_100)).toBe('ended');
  expect(tileState(camera('CONNECTED', false), view(1), 10_100)).toBe('stopped');
});
