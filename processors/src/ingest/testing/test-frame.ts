import {
  AV_CODEC_ID_MJPEG,
  AV_PIX_FMT_RGB24,
  AV_PIX_FMT_YUVJ420P,
  FFmpegError,
  FilterGraph,
  Frame,
  Packet,
  Rational,
  SoftwareScaleContext,
  SWS_BILINEAR,
} from 'node-av';
import { newDecoder } from '../decoder/open-video.ts';

export type Rgb = readonly [red: number, green: number, blue: number];

/** Colours of the four quarters: left top, right top, left bottom, right bottom. */
export type Quarters = readonly [Rgb, Rgb, Rgb, Rgb];

/** A frame with four quarters of one colour each, after the filters of FFmpeg that make its format and colours. */
export function quartersFrame(quarters: Quarters, [widthPx, heightPx]: readonly [number, number], filters: string) {
  const rgb = Buffer.alloc(widthPx * heightPx * 3);
  for (let y = 0; y < heightPx; y++)
    for (let x = 0; x < widthPx; x++)
      rgb.set(quarters[(x < widthPx / 2 ? 0 : 1) + (y < heightPx / 2 ? 0 : 2)] ?? [], (y * widthPx + x) * 3);
  const painted = Frame.fromVideoBuffer(rgb, {
    width: widthPx,
    height: heightPx,
    format: AV_PIX_FMT_RGB24,
    timeBase: new Rational(1, 15),
  });
  const graph = new FilterGraph();
  graph.alloc();
  const source = `buffer@in=video_size=${widthPx}x${heightPx}:pix_fmt=${AV_PIX_FMT_RGB24}:time_base=1/15:pixel_aspect=1/1:colorspace=0:range=2`;
  FFmpegError.throwIfError(graph.parsePtr(`${source},${filters},buffersink@out`), 'filters');
  FFmpegError.throwIfError(graph.configSync(), 'filters');
  const made = new Frame();
  made.alloc();
  FFmpegError.throwIfError(graph.getFilter('buffer@in')?.buffersrcAddFrameSync(painted) ?? -1, 'filters');
  FFmpegError.throwIfError(graph.getFilter('buffersink@out')?.buffersinkGetFrameSync(made) ?? -1, 'filters');
  graph.free();
  painted.free();
  return made;
}

/** The colours in the middle of a JPEG's quarters, and its size. */
export async function quartersOf(jpeg: Buffer): Promise<{ readonly quarters: Quarters; readonly sizeWh: number[] }> {
  const decoder = await newDecoder(AV_CODEC_ID_MJPEG);
  const packet = new Packet();
  packet.alloc();
  packet.data = jpeg;
  const frame = new Frame();
  frame.alloc();
  FFmpegError.throwIfError(decoder.sendPacketSync(packet), 'decode');
  FFmpegError.throwIfError(decoder.receiveFrameSync(frame), 'decode');
  const { width, height } = frame;
  const scaler = new SoftwareScaleContext();
  scaler.getContext(width, height, AV_PIX_FMT_YUVJ420P, width, height, AV_PIX_FMT_RGB24, SWS_BILINEAR);
  const shown = new Frame();
  shown.alloc();
  Object.assign(shown, { width, height, format: AV_PIX_FMT_RGB24 });
  FFmpegError.throwIfError(shown.getBuffer(), 'buffer');
  FFmpegError.throwIfError(scaler.scaleFrameSync(shown, frame), 'convert');
  const rgb = shown.toBuffer();
  const at = (x: number, y: number): Rgb => {
    const [red = 0, green = 0, blue = 0] = rgb.subarray(3 * (Math.floor(y * height) * width + Math.floor(x * width)));
    return [red, green, blue];
  };
  for (const owned of [packet, frame, shown]) owned.free();
  decoder.freeContext();
  scaler.freeContext();
  return {
    quarters: [at(0.25, 0.25), at(0.75, 0.25), at(0.25, 0.75), at(0.75, 0.75)],
    sizeWh: [width, height],
  };
}
