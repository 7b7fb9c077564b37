import { z } from 'zod';

export const TICKS_PER_SECOND = 90_000;

const place = { cameraId: z.string(), generation: z.number(), timeTicks: z.number() };
const fragment = z.object({
  ...{ kind: z.literal('video'), ...place, number: z.number(), isKey: z.boolean() },
  ...{ codec: z.string(), widthPx: z.number().positive(), heightPx: z.number().positive(), initBytes: z.number() },
});
/** The picture at this place of the video is the one of the record `epoch`, `sequence`. */
const mark = z.object({
  ...{ kind: z.literal('mark'), ...place },
  ...{ epoch: z.number(), sequence: z.number(), capturedAtMs: z.number() },
});
const noVideo = z.object({ kind: z.literal('no-video'), cameraId: z.string(), reason: z.string() });
const header = z.discriminatedUnion('kind', [fragment, mark, noVideo]);

/** One coded picture; a key frame has the init segment before it. `generation`: a stretch with one clock. */
export type VideoFragment = Readonly<z.infer<typeof fragment>>;
export type VideoHeader = Readonly<z.infer<typeof header>>;

export interface VideoMessage {
  readonly header: VideoHeader;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Reads a message of a video from the parsed header of a binary message; undefined: it is of another kind. */
export function videoMessage(json: unknown, bytes: Uint8Array<ArrayBuffer>): VideoMessage | undefined {
  const parsed = header.safeParse(json);
  return parsed.success ? { header: parsed.data, bytes } : undefined;
}
