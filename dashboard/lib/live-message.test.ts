import { expect, test } from 'vitest';
import { decodeLiveMessage, decodeLiveStatus, isView, LiveMessageError } from './live-message.ts';

const header = {
  cameraId: 'cam-1',
  epoch: 1_700_000_000_000,
  sequence: 42,
  cameraClockMs: null,
  capturedAtMs: 1_700_000_001_000,
  publishedAtMs: 1_700_000_001_080,
  widthPx: 640,
  heightPx: 360,
  outcome: 'detected',
  model: 'kitchen',
  judged: true,
  boxes: [{ className: 'hand', confidence: 0.9, x1Px: 10, y1Px: 20, x2Px: 60, y2Px: 80, trackId: 't1', points: [] }],
  remembered: [{ className: 'scooper', confidence: 0.7, x1Px: 30, y1Px: 40, x2Px: 70, y2Px: 90 }],
};

function message(text: string, jpeg: readonly number[] = [], headerBytes?: number): ArrayBuffer {
  const head = new TextEncoder().encode(text);
  const bytes = new Uint8Array(4 + head.length + jpeg.length);
  new DataView(bytes.buffer).setUint32(0, headerBytes ?? head.length);
  bytes.set(head, 4);
  bytes.set(jpeg, 4 + head.length);
  return bytes.buffer;
}

test('picture and boxes come out of one message as they went in', () => {
  const frame = decodeLiveMessage(message(JSON.stringify(header), [0xff, 0xd8, 0xff]));
  expect(frame.header).toEqual(header);
  expect([...frame.jpeg]).toEqual([0xff, 0xd8, 0xff]);
});

test('boxes that nobody says are judged are not', () => {
  const { judged: _, remembered: __, boxes, ...rest } = header;
  const raw = boxes.map(({ trackId: ___, points: ____, ...box }) => box);
  const frame = decodeLiveMessage(message(JSON.stringify({ ...rest, boxes: raw })));
  expect(frame.header).toEqual({
    ...rest,
    ...{ judged: false, boxes: raw.map(box => ({ ...box, trackId: null, points: [] })), remembered: [] },
  });
});

test('a record without a picture has a header and no bytes after it', () => {
  const frame = decodeLiveMessage(message(JSON.stringify({ ...header, outcome: 'down', boxes: [] })));
  expect(frame.jpeg.byteLength).toBe(0);
});

test('a camera that is down and never gave a picture has a size of nothing, and is no view', () => {
  const down = { ...header, outcome: 'down', widthPx: 0, heightPx: 0, model: null, boxes: [] };
  const frame = decodeLiveMessage(message(JSON.stringify(down)));
  expect(isView(frame.header)).toBe(false);
  expect(['detected', 'unchanged', 'skipped'].map(outcome => isView({ ...frame.header, outcome }))).toEqual([
    true,
    true,
    false,
  ]);
});

test('fields that a newer gateway adds are left aside', () => {
  const frame = decodeLiveMessage(message(JSON.stringify({ ...header, added: true })));
  expect(frame.header).toEqual(header);
});

test('a message that is cut, lies about its length, or is no frame is refused', () => {
  const refused = [new ArrayBuffer(3), message('{}', [], 99), message('not json'), message('{"cameraId":"cam-1"}')];
  for (const bytes of refused) expect(() => decodeLiveMessage(bytes)).toThrow(LiveMessageError);
});

test("a camera's status is told from other text", () => {
  const status = { cameraId: 'cam-1', state: 'down', message: 'does not answer', fps: 0, atMs: 1_700_000_000_000 };
  expect(decodeLiveStatus(JSON.stringify({ type: 'camera', drops: {}, ...status }))).toMatchObject({ state: 'DOWN' });
  expect(decodeLiveStatus('{"type":"error","message":"say watch"}')).toBeUndefined();
  expect(decodeLiveStatus('not json')).toBeUndefined();
});
