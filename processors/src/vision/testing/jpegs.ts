import { join } from 'node:path';
import { play } from '../../ingest/decoder/player.ts';
import { writeTestClip } from '../../ingest/testing/test-clip.ts';

/** Ten pictures of the test clip, five a second, as ingest would publish them. For tests. */
export async function jpegsOf(
  folder: string,
  sizeWh: readonly [number, number] = [320, 180],
): Promise<readonly Buffer[]> {
  const path = join(folder, `clip-${sizeWh.join('x')}.mp4`);
  await writeTestClip({ path, seconds: 2, sizeWh });
  const jpegs: Buffer[] = [];
  const outlet = {
    congested: false,
    send: (_message: unknown, jpeg?: Uint8Array) => void (jpeg && jpegs.push(Buffer.from(jpeg))),
    drained: async () => {},
  };
  const request = {
    cameraId: 'c',
    playId: 1,
    source: 'file',
    url: path,
    maxFps: 5,
    speed: 0,
    afterFrame: -1,
    afterMediaTimeMs: 0,
  } as const;
  await play({ ...request, motionGate: false }, outlet, new AbortController().signal);
  return jpegs;
}
