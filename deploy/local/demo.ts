import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const Scene = z.object({
  /** Seed of the rendered scene: the same pixels every time. */
  seed: z.int(),
  seconds: z.number().positive(),
  fps: z.number().positive(),
  /** How many times the script has a bare hand at work; absent: as the seed falls. */
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

/** The stores and cameras of the demo, and the camera of the readiness probe. */
export function readDemo(): Demo {
  return Demo.parse(JSON.parse(readFileSync(join(import.meta.dirname, 'demo.json'), 'utf8')));
}

/** Name of a camera's rendered recording in the scenes folder; it changes when the scene does. */
export function clipName({ cameraId, scene }: DemoCamera): string {
  return `${cameraId}-${scene.seed}-${scene.seconds}s-${scene.fps}fps.mp4`;
}
