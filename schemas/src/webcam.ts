import { z } from 'zod';

/** Address of a camera whose pictures a browser or a script sends to the gateway. */
export const WEBCAM_URL = 'webcam:';

/** The Redis channel of a webcam's pictures, from whichever gateway has its socket to the ingest that owns the camera. */
export const webcamChannel = (prefix: string, cameraId: string): string => `${prefix}webcam:${cameraId}`;

const WebcamPicture = z.object({
  kind: z.literal('picture'),
  /** The connection that sends; another one begins a new epoch. */
  connectionId: z.string().min(1).max(100),
  /** The sender's clock at the capture, in ms since 1970. */
  capturedAtMs: z.number().int(),
  widthPx: z.number().int().positive(),
  heightPx: z.number().int().positive(),
  /** Pictures of this connection that the gateway left out since the last one, because a newer one came. */
  leftOut: z.number().int().nonnegative(),
});

const WebcamLeft = z.object({ kind: z.literal('left'), connectionId: z.string().min(1).max(100) });

const WebcamHeader = z.discriminatedUnion('kind', [WebcamPicture, WebcamLeft]);

/** A picture, or that the connection ended. */
export type WebcamHeader = Readonly<z.infer<typeof WebcamHeader>>;
export type WebcamPicture = Readonly<z.infer<typeof WebcamPicture>>;

/** A message of the channel. */
export const webcamMessage = (header: WebcamHeader, jpeg?: Uint8Array): Buffer => headedMessage(header, jpeg);

/** uint32 length of the header in bytes, big endian; header as JSON in UTF-8; other bytes to the end. */
export function headedMessage(header: object, bytes: Uint8Array = new Uint8Array()): Buffer {
  const json = Buffer.from(JSON.stringify(header));
  const length = Buffer.allocUnsafe(4);
  length.writeUInt32BE(json.length);
  return Buffer.concat([length, json, bytes]);
}

/** The parts of a message: the parsed JSON of its header, and the JPEG as a view. undefined: it has another format. */
export function splitMessage(message: Buffer): { readonly header: unknown; readonly jpeg: Buffer } | undefined {
  if (message.length < 4) return undefined;
  const end = 4 + message.readUInt32BE(0);
  if (end > message.length) return undefined;
  try {
    return { header: JSON.parse(message.toString('utf8', 4, end)), jpeg: message.subarray(end) };
  } catch {
    return undefined;
  }
}

/** Reads a message of the channel; undefined: it has another format. */
export function readWebcamMessage(
  message: Buffer,
): { readonly header: WebcamHeader; readonly jpeg: Buffer } | undefined {
  const parts = splitMessage(message);
  const header = WebcamHeader.safeParse(parts?.header).data;
  return parts && header && { header, jpeg: parts.jpeg };
}
