import { z } from 'zod';
import { splitMessage } from './webcam.ts';

/** The Redis channel of a camera's video, from the ingest that owns the camera to the gateways. */
export const videoChannel = (prefix: string, cameraId: string): string => `${prefix}video:${cameraId}`;

/**
 * Cameras whose video is watched: a sorted set in Redis of their ids by the end of their lease in ms, and a channel that
 * tells of changes.
 */
export const videoWatchKey = (prefix: string): string => `${prefix}live:video`;

/** A stretch of the video with one clock, and a presentation in it, in 90,000 a second. */
const place = { generation: z.number().int(), timeTicks: z.number().int() };
const cameraId = z.string().min(1).max(200);

/** One coded picture as a fragment of an MP4; a key frame has the init segment (`initBytes`) before it. */
const Fragment = z.object({
  ...{ kind: z.literal('video'), cameraId, ...place },
  /** Number in its generation, from 0. */
  number: z.number().int().nonnegative(),
  isKey: z.boolean(),
  codec: z.string().max(100),
  widthPx: z.number().int().positive(),
  heightPx: z.number().int().positive(),
  initBytes: z.number().int().nonnegative(),
});

/** The picture at this place of the video is the one of this record. */
const Mark = z.object({
  ...{ kind: z.literal('mark'), cameraId, ...place },
  ...{ epoch: z.number(), sequence: z.number(), capturedAtMs: z.number() },
});

const NoVideo = z.object({ kind: z.literal('no-video'), cameraId, reason: z.string().max(500) });

const VideoHeader = z.discriminatedUnion('kind', [Fragment, Mark, NoVideo]);
export type VideoHeader = Readonly<z.infer<typeof VideoHeader>>;

/** The header of a message of the channel, which is as `headedMessage` makes it; undefined: it has another format. */
export const readVideoHeader = (message: Buffer): VideoHeader | undefined =>
  VideoHeader.safeParse(splitMessage(message)?.header).data;
