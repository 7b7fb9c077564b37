import { type Fit, type Planes, type SizePx, stretch } from '@sightline/models';
import {
  AV_CODEC_ID_MJPEG,
  AV_LOG_QUIET,
  AV_PIX_FMT_GBRP,
  AV_PIX_FMT_GRAY8,
  AVCOL_RANGE_JPEG,
  type AVPixelFormat,
  Codec,
  CodecContext,
  FFmpegError,
  Frame,
  Log,
  Packet,
  SoftwareScaleContext,
  SWS_AREA,
  SWS_BILINEAR,
  type SwsFlags,
} from 'node-av';
import type { Grey } from './tile-motion.ts';

/** The bytes are not a JPEG that this decoder can read. */
export class UndecodablePictureError extends Error {
  readonly code = 'PICTURE_UNDECODABLE';
  readonly retriable = false;
}

interface Scaling {
  readonly key: string;
  readonly context: SoftwareScaleContext;
  readonly target: Frame;
}

/** What is scaled, and to which size. */
type Scaled = Pick<Fit, 'source' | 'scaled'>;
type Target = typeof AV_PIX_FMT_GBRP | typeof AV_PIX_FMT_GRAY8;

/** Scalings kept for reuse: one per picture size, model and grid of tiles. */
const KEPT_SCALINGS = 16;

/** Decodes JPEGs and scales them to red, green and blue planes. Synchronous, so it needs its own thread. */
export class FrameDecoder {
  readonly #decoder: CodecContext;
  readonly #packet = new Packet();
  readonly #frame = new Frame();
  #scalings: Scaling[] = [];

  private constructor(decoder: CodecContext) {
    this.#decoder = decoder;
    this.#packet.alloc();
    this.#frame.alloc();
  }

  static async open(): Promise<FrameDecoder> {
    Log.setLevel(AV_LOG_QUIET);
    const codec = Codec.findDecoder(AV_CODEC_ID_MJPEG);
    const decoder = new CodecContext();
    decoder.allocContext3(codec);
    decoder.threadCount = 1;
    FFmpegError.throwIfError(await decoder.open2(codec, null), 'jpeg decoder');
    return new FrameDecoder(decoder);
  }

  /** Decodes a JPEG; `planes` then refers to it. Throws UndecodablePictureError. */
  decode(jpeg: Uint8Array): SizePx {
    this.#packet.data = Buffer.from(jpeg.buffer, jpeg.byteOffset, jpeg.byteLength);
    this.#frame.unref();
    const sent = this.#decoder.sendPacketSync(this.#packet);
    this.#packet.unref();
    const received = sent < 0 ? sent : this.#decoder.receiveFrameSync(this.#frame);
    if (received < 0) {
      this.#decoder.flushBuffers();
      throw new UndecodablePictureError(`not a JPEG that this decoder can read (${FFmpegError.strerror(received)})`);
    }
    return this.size;
  }

  /** Size of the picture decoded last. */
  get size(): SizePx {
    return { widthPx: this.#frame.width, heightPx: this.#frame.height };
  }

  /** The picture scaled as the letterbox requires; valid until the next call. */
  planes(fit: Scaled): Planes {
    const target = this.#scale(fit, AV_PIX_FMT_GBRP, SWS_BILINEAR);
    const [green, blue, red] = target.data ?? [];
    const [strideBytes] = target.linesize;
    if (!green || !blue || !red || strideBytes === undefined) throw new TypeError('the scaled picture has no planes');
    return { red, green, blue, strideBytes };
  }

  /** The picture in grey, in this size. */
  grey({ widthPx, heightPx }: SizePx): Grey {
    const target = this.#scale({ source: this.size, scaled: { widthPx, heightPx } }, AV_PIX_FMT_GRAY8, SWS_AREA);
    return { widthPx, heightPx, cells: new Uint8Array(target.toBuffer()) };
  }

  /** The decoded picture in its own size; the planes are valid until the next picture is decoded. */
  whole(): { readonly planes: Planes; readonly size: SizePx } {
    const { size } = this;
    return { planes: this.planes(stretch(size, size)), size };
  }

  #scale(fit: Scaled, to: Target, flags: SwsFlags): Frame {
    const { context, target } = this.#scaling(fit, to, flags);
    FFmpegError.throwIfError(context.scaleFrameSync(target, this.#frame), 'scale');
    return target;
  }

  #scaling({ source, scaled }: Scaled, to: Target, flags: SwsFlags): Scaling {
    const format = this.#frame.format as AVPixelFormat;
    const key = [source.widthPx, source.heightPx, format, scaled.widthPx, scaled.heightPx, to].join(' ');
    const known = this.#scalings.find(scaling => scaling.key === key);
    if (known !== undefined) return known;
    const context = new SoftwareScaleContext();
    const { widthPx, heightPx } = scaled;
    context.getContext(source.widthPx, source.heightPx, format, widthPx, heightPx, to, flags);
    const made = { key, context, target: blankFrame(scaled, to) };
    this.#scalings = [made, ...this.#scalings];
    for (const old of this.#scalings.splice(KEPT_SCALINGS)) {
      old.target.free();
      old.context.freeContext();
    }
    return made;
  }
}

function blankFrame({ widthPx, heightPx }: SizePx, format: Target): Frame {
  const frame = new Frame();
  frame.alloc();
  frame.width = widthPx;
  frame.height = heightPx;
  frame.format = format;
  frame.colorRange = AVCOL_RANGE_JPEG;
  FFmpegError.throwIfError(frame.getBuffer(), 'buffer');
  return frame;
}
