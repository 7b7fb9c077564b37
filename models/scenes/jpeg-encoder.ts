import { Codec, CodecContext, Frame, Log, Packet, Rational, SoftwareScaleContext } from 'node-av';
import {
  AV_CODEC_FLAG_QSCALE,
  AV_CODEC_ID_MJPEG,
  AV_LOG_ERROR,
  AV_PIX_FMT_RGB24,
  AV_PIX_FMT_YUVJ420P,
  SWS_BILINEAR,
} from 'node-av/constants';

/** FFmpeg's FF_QP2LAMBDA: one step of the quality scale. */
const lambdaPerStep = 118;

/** Makes JPEGs of RGB pictures of one size. */
export class JpegEncoder {
  readonly #codec = new CodecContext();
  readonly #scaler = new SoftwareScaleContext();
  readonly #picture = new Frame();
  readonly #packet = new Packet();

  private constructor() {}

  /** `step` from 2 (best) to 31; 4 is about quality 80. */
  static async open(widthPx: number, heightPx: number, step = 4): Promise<JpegEncoder> {
    Log.setLevel(AV_LOG_ERROR);
    const encoder = new JpegEncoder();
    await encoder.#open(widthPx, heightPx, step);
    return encoder;
  }

  async #open(widthPx: number, heightPx: number, step: number): Promise<void> {
    const mjpeg = Codec.findEncoder(AV_CODEC_ID_MJPEG);
    if (!mjpeg) throw new Error('this build of FFmpeg has no JPEG encoder');
    this.#codec.allocContext3(mjpeg);
    this.#codec.width = widthPx;
    this.#codec.height = heightPx;
    this.#codec.pixelFormat = AV_PIX_FMT_YUVJ420P;
    this.#codec.timeBase = new Rational(1, 25);
    this.#codec.threadCount = 1;
    this.#codec.setFlags(AV_CODEC_FLAG_QSCALE);
    this.#codec.globalQuality = step * lambdaPerStep;
    check('open the JPEG encoder', await this.#codec.open2(mjpeg, null));
    this.#picture.alloc();
    this.#picture.format = AV_PIX_FMT_YUVJ420P;
    this.#picture.width = widthPx;
    this.#picture.height = heightPx;
    check('get memory', this.#picture.getBuffer());
    this.#packet.alloc();
    this.#scaler.getContext(widthPx, heightPx, AV_PIX_FMT_RGB24, widthPx, heightPx, AV_PIX_FMT_YUVJ420P, SWS_BILINEAR);
  }

  /** Interleaved RGB in, a JPEG file's bytes out (a copy). */
  encode(rgb: Uint8Array): Buffer {
    const source = Frame.fromVideoBuffer(Buffer.from(rgb.buffer, rgb.byteOffset, rgb.byteLength), {
      width: this.#codec.width,
      height: this.#codec.height,
      format: AV_PIX_FMT_RGB24,
      timeBase: this.#codec.timeBase,
    });
    this.#picture.makeWritable();
    check('convert', this.#scaler.scaleFrameSync(this.#picture, source));
    source.free();
    this.#picture.quality = this.#codec.globalQuality;
    check('encode', this.#codec.sendFrameSync(this.#picture));
    check('encode', this.#codec.receivePacketSync(this.#packet));
    const bytes = Buffer.from(this.#packet.data ?? []);
    this.#packet.unref();
    return bytes;
  }

  close(): void {
    this.#packet.free();
    this.#picture.free();
    this.#scaler.freeContext();
    this.#codec.freeContext();
  }
}

function check(step: string, code: number): void {
  if (code < 0) throw new Error(`cannot ${step}: FFmpeg answered ${code}`);
}
