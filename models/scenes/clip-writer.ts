import { writeFile } from 'node:fs/promises';
import {
  Codec,
  CodecContext,
  Dictionary,
  FormatContext,
  Frame,
  Log,
  Packet,
  Rational,
  SoftwareScaleContext,
  type Stream,
} from 'node-av';
import {
  AV_CODEC_FLAG_GLOBAL_HEADER,
  AV_CODEC_ID_H264,
  AV_LOG_ERROR,
  AV_PIX_FMT_RGB24,
  AV_PIX_FMT_YUV420P,
  AVERROR_EAGAIN,
  AVERROR_EOF,
  FF_ENCODER_LIBX264,
  SWS_BILINEAR,
} from 'node-av/constants';
import type { Scene } from './scene.ts';
import type { TruthBox } from './truth.ts';

export type ClipOptions = {
  /** Constant rate factor of x264: 18 nearly lossless, 23 default, 30 coarse. */
  readonly crf?: number;
  /** True: writes the boxes of every frame to the truth file too. */
  readonly withBoxes?: boolean;
  /** Called after each frame with the number of frames done. */
  readonly onFrame?: (done: number, total: number) => void;
};

export class ClipWriteError extends Error {
  readonly code = 'CLIP_NOT_WRITTEN';

  constructor(step: string, path: string, ffmpegCode: number) {
    super(`cannot ${step} for ${path}: FFmpeg answered ${ffmpegCode}`);
    this.name = 'ClipWriteError';
  }
}

/**
 * Writes a scene as H.264 in mp4 (yuv420p, a key frame every second, no B frames, so a player can seek to every
 * second), and `<path>.truth.json` beside it. The last frame is `scene.frameCount - 1`.
 */
export async function writeClip(scene: Scene, path: string, options: ClipOptions = {}): Promise<void> {
  const encoder = await H264File.open(scene, path, options.crf ?? 23);
  const boxes: (readonly TruthBox[])[] = [];
  try {
    for (let i = 0; i < scene.frameCount; i++) {
      const frame = scene.frame(i);
      if (options.withBoxes) boxes.push(frame.boxes);
      await encoder.write(frame.rgb, i);
      options.onFrame?.(i + 1, scene.frameCount);
    }
    await encoder.finish();
  } finally {
    encoder.close();
  }
  const truth = options.withBoxes ? { ...scene.truth(), boxes } : scene.truth();
  await writeFile(`${path}.truth.json`, `${JSON.stringify(truth)}\n`);
}

/** An mp4 file being written. Options must go in through the asynchronous open: the synchronous one corrupts memory. */
class H264File {
  readonly #path: string;
  readonly #format = new FormatContext();
  readonly #codec = new CodecContext();
  readonly #scaler = new SoftwareScaleContext();
  readonly #picture = new Frame();
  readonly #packet = new Packet();
  #stream: Stream | undefined;

  private constructor(path: string) {
    this.#path = path;
  }

  static async open(scene: Scene, path: string, crf: number): Promise<H264File> {
    Log.setLevel(AV_LOG_ERROR);
    const file = new H264File(path);
    await file.#open(scene, crf);
    return file;
  }

  async #open(scene: Scene, crf: number): Promise<void> {
    const { widthPx, heightPx, fps } = scene;
    const encoder = Codec.findEncoderByName(FF_ENCODER_LIBX264) ?? Codec.findEncoder(AV_CODEC_ID_H264);
    if (!encoder) throw new ClipWriteError('find an H.264 encoder', this.#path, 0);
    this.#check('make the file', this.#format.allocOutputContext2(null, 'mp4', this.#path));
    this.#codec.allocContext3(encoder);
    this.#codec.width = widthPx;
    this.#codec.height = heightPx;
    this.#codec.pixelFormat = AV_PIX_FMT_YUV420P;
    this.#codec.timeBase = new Rational(1, fps);
    this.#codec.framerate = new Rational(fps, 1);
    this.#codec.gopSize = fps;
    this.#codec.maxBFrames = 0;
    this.#codec.threadCount = 1;
    this.#codec.setFlags(AV_CODEC_FLAG_GLOBAL_HEADER);
    const settings = Dictionary.fromObject({ preset: 'veryfast', crf: String(crf), 'x264-params': 'scenecut=0' });
    this.#check('open the encoder', await this.#codec.open2(encoder, settings));
    const stream = this.#format.newStream(encoder);
    stream.timeBase = this.#codec.timeBase;
    stream.avgFrameRate = this.#codec.framerate;
    this.#check('describe the stream', stream.codecpar.fromContext(this.#codec));
    this.#stream = stream;
    this.#check('open the file', await this.#format.openOutput());
    this.#check('write the header', await this.#format.writeHeader());
    this.#scaler.getContext(widthPx, heightPx, AV_PIX_FMT_RGB24, widthPx, heightPx, AV_PIX_FMT_YUV420P, SWS_BILINEAR);
    this.#picture.alloc();
    this.#picture.format = AV_PIX_FMT_YUV420P;
    this.#picture.width = widthPx;
    this.#picture.height = heightPx;
    this.#check('get memory', this.#picture.getBuffer());
    this.#packet.alloc();
  }

  async write(rgb: Uint8Array, frameIndex: number): Promise<void> {
    const source = Frame.fromVideoBuffer(Buffer.from(rgb.buffer, rgb.byteOffset, rgb.byteLength), {
      width: this.#codec.width,
      height: this.#codec.height,
      format: AV_PIX_FMT_RGB24,
      timeBase: this.#codec.timeBase,
    });
    this.#check('get memory', this.#picture.makeWritable());
    this.#check('convert a frame', this.#scaler.scaleFrameSync(this.#picture, source));
    source.free();
    this.#picture.pts = BigInt(frameIndex);
    this.#check('encode a frame', await this.#codec.sendFrame(this.#picture));
    await this.#drain();
  }

  async finish(): Promise<void> {
    this.#check('encode the last frame', await this.#codec.sendFrame(null));
    await this.#drain();
    this.#check('write the index', await this.#format.writeTrailer());
    await this.#format.closeOutput();
  }

  async #drain(): Promise<void> {
    const stream = this.#stream;
    if (!stream) return;
    for (;;) {
      const code = await this.#codec.receivePacket(this.#packet);
      if (code === AVERROR_EAGAIN || code === AVERROR_EOF) return;
      this.#check('encode', code);
      this.#packet.streamIndex = stream.index;
      this.#packet.duration = 1n;
      this.#packet.rescaleTs(this.#codec.timeBase, stream.timeBase);
      this.#check('write', await this.#format.interleavedWriteFrame(this.#packet));
      this.#packet.unref();
    }
  }

  close(): void {
    this.#packet.free();
    this.#picture.free();
    this.#scaler.freeContext();
    this.#codec.freeContext();
    this.#format.freeContext();
  }

  #check(step: string, code: number): void {
    if (code < 0) throw new ClipWriteError(step, this.#path, code);
  }
}
