import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { JpegEncoder } from './jpeg-encoder.ts';
import type { Scene } from './scene.ts';

/**
 * Writes a scene as Motion JPEG: its JPEGs, one after the other. Chromium shows such a file as its fake webcam, at
 * 30 frames a second. `onFrame`: called after each frame with the number of frames done.
 */
export async function writeMotionJpeg(
  scene: Scene,
  path: string,
  onFrame: (done: number, total: number) => void,
): Promise<void> {
  const [widthPx, heightPx] = [scene.widthPx, scene.heightPx];
  const encoder = await JpegEncoder.open(widthPx, heightPx);
  const file = createWriteStream(path);
  try {
    for (let at = 0; at < scene.frameCount; at++) {
      const isFull = !file.write(encoder.encode(scene.frame(at).rgb));
      if (isFull) await once(file, 'drain');
      onFrame(at + 1, scene.frameCount);
    }
  } finally {
    file.end();
    await finished(file);
    encoder.close();
  }
}
