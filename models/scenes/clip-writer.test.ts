import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FormatContext, Packet } from 'node-av';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ClipWriteError, writeClip } from './clip-writer.ts';
import { createScene } from './scene.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sightline-clip-'));
});
afterAll(() => rm(folder, { recursive: true }));

test('a clip holds every frame, a key frame each second, and its truth beside it', async () => {
  const path = join(folder, 'clip.mp4');
  const scene = createScene({ seed: 1, durationMs: 3000, fps: 10 });
  await writeClip(scene, path, { withBoxes: true });
  const packets = await readPackets(path);
  expect(packets).toHaveLength(30);
  expect(packets.flatMap((packet, i) => (packet.isKey ? [i] : []))).toEqual([0, 10, 20]);
  expect(packets.every(packet => packet.isInOrder)).toBe(true);
  const truth = JSON.parse(await readFile(`${path}.truth.json`, 'utf8'));
  expect(truth).toMatchObject({ seed: 1, fps: 10, durationMs: 3000, widthPx: 640, heightPx: 360 });
  expect(truth.boxes).toHaveLength(30);
});

test('a clip that cannot be written says where', async () => {
  const scene = createScene({ seed: 1, durationMs: 500 });
  await expect(writeClip(scene, join(folder, 'no', 'such', 'folder.mp4'))).rejects.toThrow(ClipWriteError);
});

async function readPackets(path: string): Promise<{ isKey: boolean; isInOrder: boolean }[]> {
  const format = new FormatContext();
  format.allocContext();
  expect(await format.openInput(path)).toBeGreaterThanOrEqual(0);
  const packet = new Packet();
  packet.alloc();
  const seen: { isKey: boolean; isInOrder: boolean }[] = [];
  while ((await format.readFrame(packet)) >= 0) {
    seen.push({ isKey: packet.isKeyframe, isInOrder: packet.pts === packet.dts });
    packet.unref();
  }
  packet.free();
  await format.closeInput();
  return seen;
}
