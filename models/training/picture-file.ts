import { readFile } from 'node:fs/promises';
import { Codec, CodecContext, Frame, Log, Packet, SoftwareScaleContext } from 'node-av';
import {
  AV_CODEC_ID_BMP,
  AV_CODEC_ID_MJPEG,
  AV_CODEC_ID_PNG,
  AV_CODEC_ID_WEBP,
  AV_LOG_QUIET,
  AV_PIX_FMT_RGB24,
  type AVCodecID,
  SWS_BILINEAR,
} from 'node-av/constants';
import { type Fit, letterbox, type SizePx } from '../src/fit.ts';
import { LabelsInvalidError } from './yolo-labels.ts';

export type ScaledPicture = { readonly rgb: Uint8Array; readonly fit: Fit };

/** Decodes a picture file by its first bytes, never by its name, and scales it to fit `input`. */
export async function readPicture(path: string, input: SizePx): Promise<ScaledPicture> {
  Log.setLevel(AV_LOG_QUIET);
  const bytes = await readFile(path);
  const kind = kindOf(bytes);
  const decoder = kind === undefined ? null : Codec.findDecoder(kind);
  if (!decoder)
    throw new LabelsInvalidError(path, 'is neither JPEG, PNG, WebP nor BMP', 'Convert it, or delete it and its labels');
  const context = new CodecContext();
  const packet = new Packet();
  const frame = new Frame();
  try {
    context.allocContext3(decoder);
    context.threadCount = 1;
    packet.alloc();
    frame.alloc();
    packet.data = bytes;
    const opened = await context.open2(decoder, null);
    const sent = opened < 0 ? opened : context.sendPacketSync(packet);
    const code = sent < 0 ? sent : await finish(context, frame);
    if (code < 0)
      throw new LabelsInvalidError(
        path,
        'cannot be decoded',
        'It may be cut short: copy it again, or delete it and its labels',
      );
    const fit = letterbox({ widthPx: frame.width, heightPx: frame.height }, input);
    return { rgb: scaledRgb(frame, fit), fit };
  } finally {
    frame.free();
    packet.free();
    context.freeContext();
  }
}

async function finish(context: CodecContext, frame: Frame): Promise<number> {
  context.sendPacketSync(null);
  return context.receiveFrameSync(frame);
}

/** Scales a decoded picture as the fit says. */
export function scaledRgb(frame: Frame, { scaled: { widthPx, heightPx } }: Fit): Uint8Array {
  const scaler = new SoftwareScaleContext();
  const target = new Frame();
  target.alloc();
  target.format = AV_PIX_FMT_RGB24;
  target.width = widthPx;
  target.height = heightPx;
  target.getBuffer();
  scaler.getContext(
    frame.width,
    frame.height,
    frame.format as typeof AV_PIX_FMT_RGB24,
    widthPx,
    heightPx,
    AV_PIX_FMT_RGB24,
    SWS_BILINEAR,
  );
  scaler.scaleFrameSync(target, frame);
  const rgb = new Uint8Array(target.toBuffer());
  target.free();
  scaler.freeContext();
  return rgb;
}

function kindOf(bytes: Buffer): AVCodecID | undefined {
  if (bytes.subarray(0, 3).equals(Buffer.from([0xff, 0xd8, 0xff]))) return AV_CODEC_ID_MJPEG;
  if (bytes.subarray(1, 4).toString('latin1') === 'PNG') return AV_CODEC_ID_PNG;
  if (bytes.subarray(8, 12).toString('latin1') === 'WEBP') return AV_CODEC_ID_WEBP;
  if (bytes.subarray(0, 2).toString('latin1') === 'BM') return AV_CODEC_ID_BMP;
  return undefined;
}
