import {
  AV_CODEC_FLAG_GLOBAL_HEADER,
  AV_CODEC_ID_H264,
  AV_CODEC_ID_HEVC,
  AV_CODEC_ID_MJPEG,
  AV_CODEC_ID_MPEG4,
  AV_CODEC_ID_RAWVIDEO,
  AV_CODEC_ID_VP8,
  AV_LOG_QUIET,
  AV_PIX_FMT_YUV420P,
  AV_PIX_FMT_YUV444P,
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

type TestCodec = 'h264' | 'h265' | 'mjpeg' | 'mpeg4' | 'raw' | 'vp8';
const CODECS = {
  h264: AV_CODEC_ID_H264,
  h265: AV_CODEC_ID_HEVC,
  mjpeg: AV_CODEC_ID_MJPEG,
  mpeg4: AV_CODEC_ID_MPEG4,
  raw: AV_CODEC_ID_RAWVIDEO,
  vp8: AV_CODEC_ID_VP8,
} as const;

const PIXELS = { yuv420: AV_PIX_FMT_YUV420P, yuv444: AV_PIX_FMT_YUV444P } as const;
const SIZE_WH = [320, 180] as const;

export interface TestClip {
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
  /** Settings of the encoder of h264 or h265. */
  readonly x264?: string;
  /** An .mp4 with its index before the pictures. */
  readonly faststart?: boolean;
  /** Width of a pixel by its height, told by the file alone. Default 1. */
  readonly pixelShape?: number;
  /** Chroma format. Default yuv420. */
  readonly pixels?: keyof typeof PIXELS;
}

/** Writes a small recording: a bright square moves over a dark background. The same call gives the same pixels. */
export async function writeTestClip(clip: TestClip & { readonly path: string }): Promise<void> {
  Log.setLevel(AV_LOG_QUIET);
  const encoder = await openEncoder(clip);
  const output = new FormatContext();
  FFmpegError.throwIfError(output.allocOutputContext2(null, null, clip.path), 'output');
  const stream = output.newStream(null);
  FFmpegError.throwIfError(stream.codecpar.fromContext(encoder), 'parameters');
  stream.timeBase = encoder.timeBase;
  if (clip.pixelShape !== undefined)
    stream.sampleAspectRatio = stream.codecpar.sampleAspectRatio = new Rational(clip.pixelShape, 1);
  await output.openOutput();
  const options = clip.faststart === true ? Dictionary.fromObject({ movflags: 'faststart' }) : null;
  FFmpegError.throwIfError(await output.writeHeader(options), 'header');
  for (const packet of encodeAll(encoder, clip)) {
    packet.rescaleTs(encoder.timeBase, stream.timeBase);
    packet.streamIndex = 0;
    FFmpegError.throwIfError(await output.interleavedWriteFrame(packet), 'write');
    packet.free();
  }
  FFmpegError.throwIfError(await output.writeTrailer(), 'trailer');
  await output.closeOutput();
  encoder.freeContext();
}

/** An encoded picture, in the order of the stream. */
export interface EncodedPicture {
  readonly bytes: Buffer;
  /** Time of its presentation, in frames. */
  readonly pts: number;
  readonly isKeyFrame: boolean;
}

/** The pictures of the same recording without a file, as a camera sends them. */
export async function encodeTestClip(
  clip: TestClip,
): Promise<{ readonly parameters: Buffer; readonly pictures: readonly EncodedPicture[] }> {
  Log.setLevel(AV_LOG_QUIET);
  const encoder = await openEncoder(clip);
  const parameters = Buffer.from(encoder.extraData ?? []);
  const pictures = encodeAll(encoder, clip).map(packet => {
    const picture = { bytes: Buffer.from(packet.data ?? []), pts: Number(packet.pts), isKeyFrame: packet.isKeyframe };
    packet.free();
    return picture;
  });
  encoder.freeContext();
  return { parameters, pictures };
}

/** All packets; the caller frees them. */
function encodeAll(
  encoder: CodecContext,
  { seconds, fps = 15, sizeWh = SIZE_WH, stillFromTo, noise = false, pixels }: TestClip,
) {
  const packets: Packet[] = [];
  const drain = (): void => {
    for (let packet = new Packet(); ; packet = new Packet()) {
      packet.alloc();
      if (encoder.receivePacketSync(packet) < 0) {
        packet.free();
        return;
      }
      packets.push(packet);
    }
  };
  for (let index = 0; index < seconds * fps; index++) {
    const [from, to] = stillFromTo ?? [0, 0];
    const still = index >= from * fps && index < to * fps;
    const frame = paint(still ? Math.round(from * fps) : index, sizeWh, noise, pixels);
    frame.pts = BigInt(index);
    FFmpegError.throwIfError(encoder.sendFrameSync(frame), 'encode');
    frame.free();
    drain();
  }
  encoder.sendFrameSync(null);
  drain();
  return packets;
}

async function openEncoder({
  codec: name = 'h264',
  fps = 15,
  sizeWh = SIZE_WH,
  x264,
  pixels = 'yuv420',
}: TestClip): Promise<CodecContext> {
  const [width, height] = sizeWh;
  const codec = Codec.findEncoder(CODECS[name]);
  const encoder = new CodecContext();
  encoder.allocContext3(codec);
  encoder.width = width;
  encoder.height = height;
  encoder.pixelFormat = PIXELS[pixels];
  encoder.timeBase = new Rational(1, fps);
  encoder.framerate = new Rational(fps, 1);
  if (name === 'mjpeg') encoder.colorRange = AVCOL_RANGE_JPEG;
  encoder.gopSize = fps;
  encoder.threadCount = 1;
  encoder.bitRate = 500_000n;
  encoder.setFlags(AV_CODEC_FLAG_GLOBAL_HEADER);
  const h264 = { preset: 'veryfast', ...(x264 !== undefined && { 'x264-params': x264 }) };
  const h265 = { preset: 'ultrafast', 'x265-params': `log-level=none:${x264 ?? 'bframes=0'}` };
  const options = name === 'h264' ? h264 : name === 'h265' ? h265 : {};
  FFmpegError.throwIfError(await encoder.open2(codec, Dictionary.fromObject(options)), 'encoder');
  return encoder;
}

const SQUARE_PX = 40;
/** The same bytes in every run. */
const NOISE = Buffer.from(Array.from({ length: 100_003 }, (_, index) => ((index * index * 7_919) >> 4) & 0xff));

function paint(
  index: number,
  [width, height]: readonly [number, number],
  noise: boolean,
  pixels: TestClip['pixels'] = 'yuv420',
): Frame {
  const chroma = pixels === 'yuv444' ? width * height * 2 : 2 * Math.ceil(width / 2) * Math.ceil(height / 2);
  const bytes = Buffer.alloc(width * height + chroma, 128);
  bytes.fill(noise ? NOISE : Buffer.from([40]), 0, width * height);
  const left = (index * 5) % (width - SQUARE_PX);
  const top = (index * 3) % (height - SQUARE_PX);
  for (let y = top; y < top + SQUARE_PX; y++) bytes.fill(220, y * width + left, y * width + left + SQUARE_PX);
  return Frame.fromVideoBuffer(bytes, { width, height, format: PIXELS[pixels], timeBase: new Rational(1, 15) });
}
