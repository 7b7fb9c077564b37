import {
  AV_CODEC_FLAG_GLOBAL_HEADER,
  AV_CODEC_ID_H264,
  AV_CODEC_ID_MJPEG,
  AV_CODEC_ID_MPEG4,
  AV_CODEC_ID_RAWVIDEO,
  AV_CODEC_ID_VP8,
  AV_LOG_QUIET,
  AV_PIX_FMT_YUV420P,
  AVCOL_RANGE_JPEG,
  Codec,
  CodecContext,
  Dictionary,
  FFmpegError,
  FormatContext,
  Frame,
  Log,
  Packet,
  Rational,
} from 'node-av';

type TestCodec = 'h264' | 'mjpeg' | 'mpeg4' | 'raw' | 'vp8';
const CODECS = {
  h264: AV_CODEC_ID_H264,
  mjpeg: AV_CODEC_ID_MJPEG,
  mpeg4: AV_CODEC_ID_MPEG4,
  raw: AV_CODEC_ID_RAWVIDEO,
  vp8: AV_CODEC_ID_VP8,
} as const;

export interface TestClip {
  readonly path: string;
  readonly seconds: number;
  /** Default 15. */
  readonly fps?: number;
  /** Default 320 x 180. */
  readonly sizeWh?: readonly [w: number, h: number];
  /** Frames in which the square stands still, as [from, to) in seconds. */
  readonly stillFromTo?: readonly [number, number];
  /** Fills the pictures with noise, which takes long to decode. */
  readonly noise?: boolean;
  /** Default h264 with B frames; mpeg4 for .avi, vp8 for .webm. */
  readonly codec?: TestCodec;
  /** h264 with B frames that other B frames refer to, as cameras with "smart" encoders send. */
  readonly bPyramid?: boolean;
}

/** Writes a small recording: a bright square moves over a dark background. The same call gives the same pixels. */
export async function writeTestClip({
  path,
  seconds,
  fps = 15,
  sizeWh = [320, 180],
  stillFromTo,
  codec,
  bPyramid = false,
  noise = false,
}: TestClip): Promise<void> {
  Log.setLevel(AV_LOG_QUIET);
  const encoder = await openEncoder(codec ?? 'h264', fps, sizeWh, bPyramid);
  const output = new FormatContext();
  FFmpegError.throwIfError(output.allocOutputContext2(null, null, path), 'output');
  const stream = output.newStream(null);
  FFmpegError.throwIfError(stream.codecpar.fromContext(encoder), 'parameters');
  stream.timeBase = encoder.timeBase;
  await output.openOutput();
  FFmpegError.throwIfError(await output.writeHeader(null), 'header');
  const packet = new Packet();
  packet.alloc();
  const drain = async (): Promise<void> => {
    while (encoder.receivePacketSync(packet) >= 0) {
      packet.rescaleTs(encoder.timeBase, stream.timeBase);
      packet.streamIndex = 0;
      FFmpegError.throwIfError(await output.interleavedWriteFrame(packet), 'write');
    }
  };
  for (let index = 0; index < seconds * fps; index++) {
    const [from, to] = stillFromTo ?? [0, 0];
    const still = index >= from * fps && index < to * fps;
    const frame = paint(still ? Math.round(from * fps) : index, sizeWh, noise);
    frame.pts = BigInt(index);
    FFmpegError.throwIfError(encoder.sendFrameSync(frame), 'encode');
    frame.free();
    await drain();
  }
  encoder.sendFrameSync(null);
  await drain();
  FFmpegError.throwIfError(await output.writeTrailer(), 'trailer');
  await output.closeOutput();
  packet.free();
  encoder.freeContext();
}

async function openEncoder(
  name: TestCodec,
  fps: number,
  [width, height]: readonly [number, number],
  bPyramid: boolean,
): Promise<CodecContext> {
  const codec = Codec.findEncoder(CODECS[name]);
  const encoder = new CodecContext();
  encoder.allocContext3(codec);
  encoder.width = width;
  encoder.height = height;
  encoder.pixelFormat = AV_PIX_FMT_YUV420P;
  encoder.timeBase = new Rational(1, fps);
  encoder.framerate = new Rational(fps, 1);
  if (name === 'mjpeg') encoder.colorRange = AVCOL_RANGE_JPEG;
  encoder.gopSize = fps;
  encoder.threadCount = 1;
  encoder.bitRate = 500_000n;
  encoder.setFlags(AV_CODEC_FLAG_GLOBAL_HEADER);
  const pyramid = { 'x264-params': 'bframes=7:b-pyramid=normal:b-adapt=0:ref=4:scenecut=0' };
  const h264 = { preset: 'veryfast', ...(bPyramid && pyramid) };
  const options = name === 'h264' ? Dictionary.fromObject(h264) : null;
  FFmpegError.throwIfError(await encoder.open2(codec, options), 'encoder');
  return encoder;
}

const SQUARE_PX = 40;
/** The same bytes in every run. */
const NOISE = Buffer.from(Array.from({ length: 100_003 }, (_, index) => ((index * index * 7_919) >> 4) & 0xff));

function paint(index: number, [width, height]: readonly [number, number], noise: boolean): Frame {
  const pixels = Buffer.alloc((width * height * 3) / 2, 128);
  pixels.fill(noise ? NOISE : Buffer.from([40]), 0, width * height);
  const left = (index * 5) % (width - SQUARE_PX);
  const top = (index * 3) % (height - SQUARE_PX);
  for (let y = top; y < top + SQUARE_PX; y++) pixels.fill(220, y * width + left, y * width + left + SQUARE_PX);
  return Frame.fromVideoBuffer(pixels, { width, height, format: AV_PIX_FMT_YUV420P, timeBase: new Rational(1, 15) });
}
