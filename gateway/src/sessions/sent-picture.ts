import { EARLIEST_MS, LATEST_MS, splitMessage } from '@sightline/schemas';
import { z } from 'zod';
import { jpegSize } from './jpeg-size.ts';
import type { WebcamJpeg } from './webcam-sender.ts';

/** Fits a record of `frames` with room to spare. */
export const MAX_PICTURE_BYTES = 1024 * 1024;
/** Full HD. */
const MAX_PICTURE_PX = 1_920 * 1_080;

const Header = z.object({
  cameraId: z.string().max(200).optional(),
  capturedAtMs: z.number().min(EARLIEST_MS).max(LATEST_MS).optional(),
});

export interface SentPicture extends WebcamJpeg {
  /** Undefined: the session's only camera. */
  readonly cameraId: string | undefined;
}

/**
 * Reads a client's message: uint32 length of the header in bytes, big endian; header as JSON; JPEG to the end. Checks
 * header and size only; the JPEG is decoded elsewhere. A text says why it is refused. `nowMs` is the capture time
 * when the header has none.
 */
export function readSentPicture(message: Buffer, nowMs: number): SentPicture | string {
  const parts = splitMessage(message);
  if (parts === undefined)
    return 'the message has another format: send the length of the header (4 bytes, big endian), the header as JSON, and the JPEG';
  const header = Header.safeParse(parts.header);
  if (!header.success)
    return 'the header is wrong: it has cameraId (text) and capturedAtMs (the time of the capture in ms since 1970)';
  const { cameraId, capturedAtMs = nowMs } = header.data;
  const { jpeg } = parts;
  if (jpeg.length > MAX_PICTURE_BYTES)
    return `the picture has ${jpeg.length} bytes; at most ${MAX_PICTURE_BYTES} are allowed: make it smaller`;
  const size = jpegSize(jpeg);
  if (typeof size === 'string') return size;
  if (size.widthPx * size.heightPx > MAX_PICTURE_PX)
    return `the picture has ${size.widthPx} x ${size.heightPx} pixels; at most 1920 x 1080 are allowed: make it smaller`;
  return { cameraId, capturedAtMs: Math.round(capturedAtMs), ...size, jpeg };
}
