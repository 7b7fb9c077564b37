import { isDeepStrictEqual } from 'node:util';
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
} from 'node-av';
import { GATE_HEIGHT_PX, GATE_WIDTH_PX } from './motion-gate.ts';
import { PictureFilter } from './picture-filter.ts';
import { type Shape, type SizePx, shapeOf, sizeOf } from './picture-shape.ts';

/** FFmpeg's scale runs from 2 (best) to 31; 4 is about quality 80 elsewhere. */
const JPEG_QSCALE = 4;

/** Makes the published pictures of frames of one shape, and their grey pictures and JPEGs. */
export class PictureMaker {
  readonly #filter: PictureFilter;
  readonly #shrink = new SoftwareScaleContext();
  readonly #grey: Frame;
  readonly #encoder: CodecContext;
  readonly #packet = new Packet();
  readonly widthPx: number;
  readonly heightPx: number;
  #encoded = 0n;

  private constructor(shape: Shape, [widthPx, heightPx]: SizePx, encoder: CodecContext) {
    this.widthPx = widthPx;
    this.heightPx = heightPx;
    this.#encoder = encoder;
    this.#filter = new PictureFilter(shape);
    this.#shrink.getContext(
      widthPx,
      heightPx,
      AV_PIX_FMT_YUVJ420P,
      GATE_WIDTH_PX,
      GATE_HEIGHT_PX,
      AV_PIX_FMT_GRAY8,
      SWS_AREA,
    );
    this.#grey = blank(GATE_WIDTH_PX, GATE_HEIGHT_PX, AV_PIX_FMT_GRAY8);
    this.#packet.alloc();
  }

  /** A maker for frames of this one's shape. */
  static async for(frame: Frame): Promise<PictureMaker> {
    const shape = shapeOf(frame);
    const size = sizeOf(shape);
    return new PictureMaker(shape, size, await openJpegEncoder(size));
  }

  fits(frame: Frame): boolean {
    return isDeepStrictEqual(shapeOf(frame), this.#filter.shape);
  }

  /** Makes a decoded frame's picture; `grey` and `jpeg` then refer to it. */
  scale(frame: Frame): void {
    this.#filter.run(frame);
  }

  grey(): Buffer {
    FFmpegError.throwIfError(this.#shrink.scaleFrameSync(this.#grey, this.#filter.picture), 'shrink');
    return this.#grey.toBuffer();
  }

  jpeg(): Buffer {
    const { picture } = this.#filter;
    picture.pts = this.#encoded++;
    picture.quality = JPEG_QSCALE * FF_QP2LAMBDA;
    FFmpegError.throwIfError(this.#encoder.sendFrameSync(picture), 'encode');
    FFmpegError.throwIfError(this.#encoder.receivePacketSync(this.#packet), 'encode');
    const bytes = Buffer.from(this.#packet.data ?? []);
    this.#packet.unref();
    return bytes;
  }

  close(): void {
    this.#filter.close();
    this.#grey.free();
    this.#packet.free();
    this.#encoder.freeContext();
    this.#shrink.freeContext();
  }
}

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

async function openJpegEncoder([widthPx, heightPx]: SizePx): Promise<CodecContext> {
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
