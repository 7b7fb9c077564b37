import { join } from 'node:path';
import {
  AV_LOG_QUIET,
  AV_PIX_FMT_RGB24,
  Decoder,
  Demuxer,
  FFmpegError,
  Frame,
  Log,
  SoftwareScaleContext,
  SWS_AREA,
} from 'node-av';
import { PictureMaker } from '../../ingest/decoder/picture-maker.ts';

/** A decoded picture that is shrunk into a place of another. */
export interface Placed {
  readonly frame: Frame;
  readonly xPx: number;
  readonly yPx: number;
  readonly widthPx: number;
}

const GREY = 120;

/** The golden picture of the kitchen model: two pizzas, two hands and two scoopers. */
export async function kitchenFrames(): Promise<readonly Frame[]> {
  await using demuxer = await Demuxer.open(join(import.meta.dirname, '../../../../models/goldens/kitchen-v1.jpg'));
  const stream = demuxer.video();
  if (stream === undefined) return [];
  using decoder = await Decoder.create(stream);
  const frames: Frame[] = [];
  for await (const frame of decoder.frames(demuxer.packets(stream.index))) if (frame) frames.push(frame);
  return frames;
}

/** Height of a picture that is this wide. */
export const heightFor = ({ width, height }: Frame, widthPx: number): number => Math.round((height * widthPx) / width);

/** A JPEG as ingest would publish it, of a grey wall with small pictures on it: their objects look far away. For tests. */
export async function farPicture(
  widthPx: number,
  heightPx: number,
  placed: readonly Placed[],
): Promise<Uint8Array<ArrayBuffer>> {
  Log.setLevel(AV_LOG_QUIET);
  const wall = Buffer.alloc(widthPx * heightPx * 3, GREY);
  for (const each of placed) {
    const rgb = shrunk(each.frame, each.widthPx);
    const rowBytes = each.widthPx * 3;
    for (let y = 0; y * rowBytes < rgb.length; y++)
      rgb.copy(wall, ((each.yPx + y) * widthPx + each.xPx) * 3, y * rowBytes, (y + 1) * rowBytes);
  }
  const timeBase = { num: 1, den: 25 };
  const frame = Frame.fromVideoBuffer(wall, { width: widthPx, height: heightPx, format: AV_PIX_FMT_RGB24, timeBase });
  const maker = await PictureMaker.for(frame);
  maker.scale(frame);
  const jpeg = new Uint8Array(maker.jpeg());
  maker.close();
  frame.free();
  return jpeg;
}

function shrunk(frame: Frame, widthPx: number): Buffer {
  const heightPx = heightFor(frame, widthPx);
  const scaler = new SoftwareScaleContext();
  const target = new Frame();
  target.alloc();
  [target.width, target.height, target.format] = [widthPx, heightPx, AV_PIX_FMT_RGB24];
  FFmpegError.throwIfError(target.getBuffer(), 'buffer');
  const from = frame.format as typeof AV_PIX_FMT_RGB24;
  scaler.getContext(frame.width, frame.height, from, widthPx, heightPx, AV_PIX_FMT_RGB24, SWS_AREA);
  FFmpegError.throwIfError(scaler.scaleFrameSync(target, frame), 'shrink');
  const rgb = target.toBuffer();
  target.free();
  scaler.freeContext();
  return rgb;
}
