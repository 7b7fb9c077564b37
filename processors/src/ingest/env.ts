import { z } from 'zod';
import { cellEnv, dataEnv, parseEnv, redisEnv } from '../process/index.ts';

const flag = z.enum(['true', 'false']).transform(value => value === 'true');

export const ingestEnv = {
  ...cellEnv,
  ...dataEnv,
  ...redisEnv,
  GROUP_INSTANCE_ID: z
    .string()
    .optional()
    .describe('name of this process that outlives restarts: it gets its partitions back at once (group.instance.id)'),
  SITE: z
    .string()
    .regex(/^[a-z0-9-]+$/)
    .max(60)
    .default('main')
    .describe('network this process reaches cameras from; it runs the cameras of stores with this site'),
  VIDEOS_DIR: z.string().default('videos').describe('folder whose recordings become cameras'),
  VIDEOS_MAX_FPS: z.coerce
    .number()
    .min(0.01)
    .max(60)
    .default(5)
    .describe('pictures a second to sample from recordings placed there; each camera can be changed later'),
  SCENES_DIR: z.string().default('.sightline/scenes').describe('folder of the recordings that are played as loops'),
  CAMERAS_PER_DECODER: z.coerce
    .number()
    .int()
    .min(1)
    .max(64)
    .default(4)
    .describe('cameras that share a decoder process; one crash interrupts them all'),
  MOTION_GATE: flag.default(true).describe('false: send a picture also when nothing moved'),
  FILE_SPEED: z.coerce
    .number()
    .min(0)
    .default(1)
    .describe(
      'speed of reading files, relative to real time; 0: as fast as possible. At most a day ahead of the clock',
    ),
} as const;

export const readEnv = (source: NodeJS.ProcessEnv) => parseEnv(source, ingestEnv);
