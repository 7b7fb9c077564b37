import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const Scene = z.object({
  /** Seed of the rendered scene; the same seed gives the same pixels. */
  seed: z.int(),
  seconds: z.number().positive(),
  fps: z.number().positive(),
  /** Number of breaches by a bare hand in the scene; absent: the seed decides. */
  bareHands: z.int().optional(),
});

const DemoCamera = z.object({ cameraId: z.string(), storeId: z.string(), name: z.string(), scene: Scene });

const Demo = z.object({
  stores: z.array(
    z.object({ storeId: z.string(), name: z.string(), city: z.string(), region: z.string(), timeZone: z.string() }),
  ),
  cameras: z.array(DemoCamera),
  probe: DemoCamera,
});

export type Demo = z.infer<typeof Demo>;
export type DemoCamera = z.infer<typeof DemoCamera>;

/** Reads the demo's stores and cameras, and the camera of the readiness probe. */
export function readDemo(): Demo {
  return Demo.parse(JSON.parse(readFileSync(join(import.meta.dirname, 'demo.json'), 'utf8')));
}

/** File name of a camera's rendered recording in the scenes folder. Another scene gets another name. */
export function clipName({ cameraId, scene }: DemoCamera): string {
  return `${cameraId}-${scene.seed}-${scene.seconds}s-${scene.fps}fps.mp4`;
}
