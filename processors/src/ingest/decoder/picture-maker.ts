import type { AVPixelFormat } from 'node-av';
import {
  AV_CODEC_FLAG_QSCALE,
  AV_CODEC_ID_MJPEG,
  AV_PIX_FMT_GRAY8,
  AV_PIX_FMT_YUVJ420P,
  AVCOL_RANGE_JPEG,
  Codec,
  CodecContext,
  Dictionary,
  FF_QP2LAMBDA,
  FFmpegError,
  Frame,
  Packet,
  Rational,
  SoftwareScaleContext,
  SWS_AREA,
  SWS_BILINEAR,
} from 'node-av';
import { GATE_HEIGHT_PX, GATE_WIDTH_PX } from './motion-gate.ts';

const MAX_SIDE_PX = 640;
/** FFmpeg's scale runs from 2 (best) to 31; 4 is about quality 80 elsewhere. */
const JPEG_QSCALE = 4;

/** Largest even size within MAX_SIDE_PX that keeps the visible shape; never larger than the source. */
export function fit(widthPx: number, heightPx: number, pixelShape = 1): readonly [widthPx: number, heightPx: number] {
  const seenWidth = widthPx * pixelShape;
  const scale = Math.min(1, MAX_SIDE_PX / Math.max(seenWidth, heightPx));
  const even = (size: number): number => Math.max(2, Math.round((size * scale) / 2) * 2);
  return [even(seenWidth), even(heightPx)];
}

interface Shape {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly format: AVPixelFormat;
}

/** Scales decoded frames to the published size, and makes their grey picture and JPEG. */
export class PictureMaker {
  readonly #source: Shape;
  readonly #scale = new SoftwareScaleContext();
  readonly #shrink = new SoftwareScaleContext();
  readonly #picture: Frame;
  readonly #grey: Frame;
  readonly #encoder: CodecContext;
  readonly #packet = new Packet();
  readonly widthPx: number;
  readonly heightPx: number;
  #encoded = 0n;

  private constructor(source: Shape, widthPx: number, heightPx: number, encoder: CodecContext) {
    this.#source = source;
    this.widthPx = widthPx;
    this.heightPx = heightPx;
    this.#encoder = encoder;
    this.#scale.getContext(
      source.widthPx,
      source.heightPx,
      source.format,
      widthPx,
      heightPx,
      AV_PIX_FMT_YUVJ420P,
      SWS_BILINEAR,
    );
    this.#shrink.getContext(
      widthPx,
      heightPx,
      AV_PIX_FMT_YUVJ420P,
      GATE_WIDTH_PX,
      GATE_HEIGHT_PX,
      AV_PIX_FMT_GRAY8,
      SWS_AREA,
    );
    this.#picture = blank(widthPx, heightPx, AV_PIX_FMT_YUVJ420P);
    this.#grey = blank(GATE_WIDTH_PX, GATE_HEIGHT_PX, AV_PIX_FMT_GRAY8);
    this.#packet.alloc();
  }

  /** A maker for frames of this size and format. */
  static async for(frame: Frame): Promise<PictureMaker> {
    const { num, den } = frame.sampleAspectRatio;
    const [widthPx, heightPx] = fit(frame.width, frame.height, num > 0 && den > 0 ? num / den : 1);
    return new PictureMaker(shapeOf(frame), widthPx, heightPx, await openJpegEncoder(widthPx, heightPx));
  }

  fits(frame: Frame): boolean {
    const { widthPx, heightPx, format } = this.#source;
    return frame.width === widthPx && frame.height === heightPx && frame.format === format;
  }

  /** Scales a decoded frame; `grey` and `jpeg` then refer to it. */
  scale(frame: Frame): void {
    FFmpegError.throwIfError(this.#picture.makeWritable(), 'picture');
    FFmpegError.throwIfError(this.#scale.scaleFrameSync(this.#picture, frame), 'scale');
  }

  grey(): Buffer {
    FFmpegError.throwIfError(this.#shrink.scaleFrameSync(this.#grey, this.#picture), 'shrink');
    return this.#grey.toBuffer();
  }

  jpeg(): Buffer {
    this.#picture.pts = this.#encoded++;
    this.#picture.quality = JPEG_QSCALE * FF_QP2LAMBDA;
    FFmpegError.throwIfError(this.#encoder.sendFrameSync(this.#picture), 'encode');
    FFmpegError.throwIfError(this.#encoder.receivePacketSync(this.#packet), 'encode');
    const bytes = Buffer.from(this.#packet.data ?? []);
    this.#packet.unref();
    return bytes;
  }

  close(): void {
    this.#picture.free();
    this.#grey.free();
    this.#packet.free();
    this.#encoder.freeContext();
    this.#scale.freeContext();
    this.#shrink.freeContext();
  }
}

const shapeOf = (frame: Frame): Shape => ({
  widthPx: frame.width,
  heightPx: frame.height,
  format: frame.format as AVPixelFormat,
});

function blank(widthPx: number, heightPx: number, format: AVPixelFormat): Frame {
  const frame = new Frame();
  frame.alloc();
  frame.width = widthPx;
  frame.height = heightPx;
  frame.format = format;
  frame.colorRange = AVCOL_RANGE_JPEG;
  FFmpegError.throwIfError(frame.getBuffer(), 'buffer');
  return frame;
}

async function openJpegEncoder(widthPx: number, heightPx: number): Promise<CodecContext> {
  const codec = Codec.findEncoder(AV_CODEC_ID_MJPEG);
  const encoder = new CodecContext();
  encoder.allocContext3(codec);
  encoder.width = widthPx;
  encoder.height = heightPx;
  encoder.pixelFormat = AV_PIX_FMT_YUVJ420P;
  encoder.colorRange = AVCOL_RANGE_JPEG;
  encoder.timeBase = new Rational(1, 25);
  encoder.threadCount = 1;
  encoder.setFlags(AV_CODEC_FLAG_QSCALE);
  encoder.globalQuality = JPEG_QSCALE * FF_QP2LAMBDA;
  FFmpegError.throwIfError(await encoder.open2(codec, Dictionary.fromObject({ huffman: 'default' })), 'jpeg encoder');
  return encoder;
}
