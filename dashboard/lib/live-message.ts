import { z } from 'zod';

const box = z.object({
  className: z.string(),
  confidence: z.number(),
  x1Px: z.number(),
  y1Px: z.number(),
  x2Px: z.number(),
  y2Px: z.number(),
});

const point = z.object({ name: z.string(), xPx: z.number(), yPx: z.number() });

/** `trackId`: the confirmed track that the box belongs to; null: there is none. `points`: the visible ones. */
const trackedBox = box.extend({ trackId: z.string().nullable().default(null), points: z.array(point).default([]) });

const header = z.object({
  cameraId: z.string(),
  epoch: z.number(),
  sequence: z.number(),
  capturedAtMs: z.number(),
  cameraClockMs: z.number().nullable().default(null),
  publishedAtMs: z.number(),
  widthPx: z.number().int().nonnegative(),
  heightPx: z.number().int().nonnegative(),
  outcome: z.string(),
  model: z.string().nullable(),
  judged: z.boolean().default(false),
  boxes: z.array(trackedBox),
  remembered: z.array(box).default([]),
});

/** A detection in pixels of its frame, origin top left; x2 and y2 exclusive. */
export type Box = Readonly<z.infer<typeof box>>;
/**
 * `cameraClockMs`: the camera's own clock at the capture; null: it sends none. Only a webcam's browser does.
 * `widthPx` and `heightPx` are 0 when the camera never gave a picture. `judged`: `boxes` and `remembered` are what the
 * rules saw of this frame; otherwise no rule had looked at it, and `boxes` are the model's alone. `remembered`: objects
 * that the model missed in this frame, or passed over by its rate, each where it was going.
 */
export type LiveHeader = Readonly<Omit<z.infer<typeof header>, 'boxes' | 'remembered'>> & {
  readonly boxes: readonly Readonly<z.infer<typeof trackedBox>>[];
  readonly remembered: readonly Box[];
};

/** A picture and the boxes of exactly this picture. */
export interface LiveFrame {
  readonly header: LiveHeader;
  readonly jpeg: Uint8Array<ArrayBuffer>;
}

export class LiveMessageError extends Error {
  readonly code = 'LIVE_MESSAGE_UNDECODABLE';
  readonly retriable = false;
}

/** The parsed JSON of a binary message's header, and the bytes behind it as a view. */
export interface LiveParts {
  readonly json: unknown;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/**
 * message = uint32 length of the header in bytes, big endian; header as JSON in UTF-8; other bytes to the end.
 * Throws LiveMessageError.
 */
export function splitLiveMessage(message: ArrayBuffer): LiveParts {
  if (message.byteLength < 4) throw new LiveMessageError(`a live message of ${message.byteLength} bytes has no header`);
  const headerBytes = new DataView(message).getUint32(0);
  if (headerBytes > message.byteLength - 4) {
    throw new LiveMessageError(`the header says ${headerBytes} bytes, the message has ${message.byteLength - 4}`);
  }
  const json = readJson(new Uint8Array(message, 4, headerBytes));
  return { json, bytes: new Uint8Array(message, 4 + headerBytes) };
}

/** A picture with its header. The JPEG is a view on the message, not a copy. Throws LiveMessageError. */
export const decodeLiveMessage = (message: ArrayBuffer): LiveFrame => liveFrame(splitLiveMessage(message));

/** Throws LiveMessageError. */
export function liveFrame({ json, bytes }: LiveParts): LiveFrame {
  const parsed = header.safeParse(json);
  if (!parsed.success) throw new LiveMessageError(`the header is not a frame: ${parsed.error.message}`);
  return { header: parsed.data, jpeg: bytes };
}

function readJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new LiveMessageError('the header is not JSON', { cause });
  }
}

const statusMessage = z.object({
  type: z.literal('camera'),
  cameraId: z.string(),
  state: z
    .string()
    .transform(state => state.toUpperCase())
    .pipe(z.enum(['CONNECTING', 'CONNECTED', 'DOWN', 'ENDED', 'BROKEN'])),
  message: z.string().nullable(),
  fps: z.number(),
  atMs: z.number(),
});

/** True when the record tells how the camera's view is: a new picture, or that the last one still holds. */
export const isView = ({ outcome }: LiveHeader): boolean => outcome === 'detected' || outcome === 'unchanged';

/** The latest status of a camera's source. */
export type LiveStatus = Readonly<z.infer<typeof statusMessage>>;

/** Reads a camera's status from a text message; undefined: the message is something else. */
export function decodeLiveStatus(text: string): LiveStatus | undefined {
  try {
    return statusMessage.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
