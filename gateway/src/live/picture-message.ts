import { splitMessage, type Track } from '@sightline/schemas';
import { z } from 'zod';

/** The fields of a picture's header that the gateway reads; the rest is forwarded unchanged. */
const PictureHeader = z.looseObject({ epoch: z.number(), sequence: z.number() });

/** A picture as inference published it; its header has the models' boxes. */
export interface PictureMessage {
  readonly header: Readonly<z.infer<typeof PictureHeader>>;
  readonly jpeg: Buffer;
}

/**
 * Format: uint32 length of the header in bytes, big endian; header as JSON in UTF-8; JPEG to the end. The JPEG is a
 * view on the message, not a copy. undefined: the message has another format.
 */
export function decodePicture(message: Buffer): PictureMessage | undefined {
  const parts = splitMessage(message);
  const header = PictureHeader.safeParse(parts?.header).data;
  return parts && header && { header, jpeg: parts.jpeg };
}

/**
 * The message for browsers, in the same format. With the track of the same frame, the header has what the rules saw
 * (`judged: true`). Without it, the models' boxes stay, with `judged: false`.
 */
export function encodePicture({ header, jpeg }: PictureMessage, track: Track | undefined): Buffer {
  const seen =
    track === undefined ? { judged: false } : { judged: true, boxes: track.boxes, remembered: track.remembered };
  const json = Buffer.from(JSON.stringify({ ...header, ...seen }));
  const length = Buffer.allocUnsafe(4);
  length.writeUInt32BE(json.length);
  return Buffer.concat([length, json, jpeg]);
}
