import { Codec, CodecContext, Dictionary, Frame, Log, Packet, Rational, SoftwareScaleContext } from 'node-av';
import {
  AV_CODEC_FLAG_QSCALE,
  AV_CODEC_ID_H264,
  AV_CODEC_ID_MJPEG,
  AV_LOG_QUIET,
  AV_PIX_FMT_RGB24,
  AV_PIX_FMT_YUV420P,
  AV_PIX_FMT_YUVJ420P,
  type AVPixelFormat,
  FF_ENCODER_LIBX264,
  SWS_BILINEAR,
} from 'node-av/constants';

type Size = { readonly widthPx: number; readonly heightPx: number };

/** FFmpeg's FF_QP2LAMBDA: one step of the quality scale. */
const lambdaPerStep = 118;

/**
 * The losses between camera and model: H.264, then JPEG, then scaling to the model's size, as for the product's frames.
 * One instance per run of consecutive frames; `close` frees FFmpeg's memory.
 */
export class CameraLoss {
  readonly #from: Size;
  readonly #to: Size;
  readonly #h264 = new CodecContext();
  readonly #h264Back = new CodecContext();
  readonly #jpeg = new CodecContext();
  readonly #jpegBack = new CodecContext();
  readonly #toYuv = new SoftwareScaleContext();
  readonly #toJpeg = new SoftwareScaleContext();
  readonly #toRgb = new SoftwareScaleContext();
  readonly #packet = new Packet();
  readonly #frames: readonly [yuv: Frame, worn: Frame, full: Frame, decoded: Frame, rgb: Frame] = [
    new Frame(),
    new Frame(),
    new Frame(),
    new Frame(),
    new Frame(),
  ];
  #sent = 0;

  private constructor(from: Size, to: Size) {
    this.#from = from;
    this.#to = to;
  }

  /** `crf` 18 (good) to 34 (bad) for H.264, `jpegStep` 2 (best) to 10 for JPEG; about 4 is quality 80. */
  static async open(
    from: Size,
    to: Size,
    quality: { readonly crf: number; readonly jpegStep: number },
  ): Promise<CameraLoss> {
    Log.setLevel(AV_LOG_QUIET);
    const loss = new CameraLoss(from, to);
    await loss.#open(quality);
    return loss;
  }

  async #open({ crf, jpegStep }: { readonly crf: number; readonly jpegStep: number }): Promise<void> {
    const x264 = must(Codec.findEncoderByName(FF_ENCODER_LIBX264), 'libx264');
    prepare(this.#h264, x264, this.#from, AV_PIX_FMT_YUV420P);
    this.#h264.gopSize = 30;
    const settings = { preset: 'ultrafast', tune: 'zerolatency', crf: String(crf) };
    check('open libx264', await this.#h264.open2(x264, Dictionary.fromObject(settings)));
    await openDecoder(this.#h264Back, AV_CODEC_ID_H264);
    const mjpeg = must(Codec.findEncoder(AV_CODEC_ID_MJPEG), 'mjpeg');
    prepare(this.#jpeg, mjpeg, this.#from, AV_PIX_FMT_YUVJ420P);
    this.#jpeg.setFlags(AV_CODEC_FLAG_QSCALE);
    this.#jpeg.globalQuality = jpegStep * lambdaPerStep;
    check('open mjpeg', await this.#jpeg.open2(mjpeg, null));
    await openDecoder(this.#jpegBack, AV_CODEC_ID_MJPEG);
    const { widthPx: w, heightPx: h } = this.#from;
    this.#toYuv.getContext(w, h, AV_PIX_FMT_RGB24, w, h, AV_PIX_FMT_YUV420P, SWS_BILINEAR);
    this.#toJpeg.getContext(w, h, AV_PIX_FMT_YUV420P, w, h, AV_PIX_FMT_YUVJ420P, SWS_BILINEAR);
    this.#toRgb.getContext(
      w,
      h,
      AV_PIX_FMT_YUVJ420P,
      this.#to.widthPx,
      this.#to.heightPx,
      AV_PIX_FMT_RGB24,
      SWS_BILINEAR,
    );
    const [yuv, worn, full, decoded, rgb] = this.#frames;
    allocate(yuv, this.#from, AV_PIX_FMT_YUV420P);
    allocate(full, this.#from, AV_PIX_FMT_YUVJ420P);
    allocate(rgb, this.#to, AV_PIX_FMT_RGB24);
    worn.alloc();
    decoded.alloc();
    this.#packet.alloc();
  }

  /** Takes RGB of the size `from` and returns RGB of the size `to` in a new buffer. */
  async wear(rgbIn: Uint8Array): Promise<Buffer> {
    const [yuv, worn, full, decoded, rgb] = this.#frames;
    const source = Frame.fromVideoBuffer(Buffer.from(rgbIn.buffer, rgbIn.byteOffset, rgbIn.byteLength), {
      width: this.#from.widthPx,
      height: this.#from.heightPx,
      format: AV_PIX_FMT_RGB24,
      timeBase: new Rational(1, 25),
    });
    yuv.makeWritable();
    check('convert', this.#toYuv.scaleFrameSync(yuv, source));
    source.free();
    yuv.pts = BigInt(this.#sent++);
    await through(this.#h264, this.#h264Back, yuv, worn, this.#packet);
    full.makeWritable();
    check('convert', this.#toJpeg.scaleFrameSync(full, worn));
    full.pts = yuv.pts;
    worn.unref();
    await through(this.#jpeg, this.#jpegBack, full, decoded, this.#packet);
    check('scale', this.#toRgb.scaleFrameSync(rgb, decoded));
    decoded.unref();
    return rgb.toBuffer();
  }

  close(): void {
    for (const frame of this.#frames) frame.free();
    for (const codec of [this.#h264, this.#h264Back, this.#jpeg, this.#jpegBack]) codec.freeContext();
    for (const scaler of [this.#toYuv, this.#toJpeg, this.#toRgb]) scaler.freeContext();
    this.#packet.free();
  }
}

async function through(
  encoder: CodecContext,
  decoder: CodecContext,
  from: Frame,
  to: Frame,
  packet: Packet,
): Promise<void> {
  check('encode', encoder.sendFrameSync(from));
  check('encode', encoder.receivePacketSync(packet));
  check('decode', decoder.sendPacketSync(packet));
  packet.unref();
  check('decode', decoder.receiveFrameSync(to));
}

function prepare(context: CodecContext, codec: Codec, size: Size, format: AVPixelFormat): void {
  context.allocContext3(codec);
  context.width = size.widthPx;
  context.height = size.heightPx;
  context.pixelFormat = format;
  context.timeBase = new Rational(1, 25);
  context.threadCount = 1;
}

async function openDecoder(
  context: CodecContext,
  id: typeof AV_CODEC_ID_H264 | typeof AV_CODEC_ID_MJPEG,
): Promise<void> {
  const codec = must(Codec.findDecoder(id), 'decoder');
  context.allocContext3(codec);
  context.threadCount = 1;
  check(
    'open decoder',
    await context.open2(codec, id === AV_CODEC_ID_H264 ? Dictionary.fromObject({ flags: 'low_delay' }) : null),
  );
}

function allocate(frame: Frame, size: Size, format: AVPixelFormat): void {
  frame.alloc();
  frame.format = format;
  frame.width = size.widthPx;
  frame.height = size.heightPx;
  check('allocate', frame.getBuffer());
}

function must<T>(value: T | null, what: string): T {
  if (value === null) throw new Error(`this build of FFmpeg has no ${what}`);
  return value;
}

function check(step: string, code: number): void {
  if (code < 0) throw new Error(`cannot ${step}: FFmpeg answered ${code}`);
}
