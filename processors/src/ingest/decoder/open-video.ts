import type { AVCodecID } from 'node-av';
import {
  AV_DISPOSITION_ATTACHED_PIC,
  AVMEDIA_TYPE_VIDEO,
  avGetCodecName,
  Codec,
  CodecContext,
  type CodecParameters,
  Dictionary,
  FFmpegError,
  FormatContext,
} from 'node-av';
import { isRtsp, openOptions, type Transport } from './open-options.ts';

/** A picture of an 8K camera has 33 megapixels. Decoding a much larger one would hold up other cameras. */
const MEGAPIXELS_AT_MOST = 40;
const PIXELS_AT_MOST = MEGAPIXELS_AT_MOST * 1_000_000;
export const TOO_LARGE = `pictures of more than ${MEGAPIXELS_AT_MOST} megapixels are not read, make them smaller`;
/** FFmpeg refuses a larger picture before it decodes it. */
const PICTURE_BOUND = { max_pixels: String(PIXELS_AT_MOST) };

export const SILENT = 'no picture came from it in time: look whether the camera and its network run';
const NO_TRANSPORT =
  'it refuses RTSP over TCP, and over UDP no video came: allow RTSP over TCP in the camera, or let its UDP packets through to this machine';
const COVER = 'it has no video, only a cover picture: take a recording with pictures';
const NO_DECODER = 'its video codec is not supported: use H.264 or H.265';

export class UnsupportedVideoError extends Error {
  readonly code = 'VIDEO_UNSUPPORTED';
  readonly retriable = false;
}

export interface OpenVideo {
  readonly format: FormatContext;
  readonly decoder: CodecContext;
  /** The video stream that is read. */
  readonly streamIndex: number;
}

/** A camera of an address. */
export interface CameraAddress {
  readonly url: string;
  /** It is given up when it sends nothing for this long. */
  readonly silentMs: number;
}

/**
 * Opens a camera with FFmpeg. RTSP goes over TCP, which loses nothing; over UDP only when the camera refuses TCP. Throws
 * as `openVideo`.
 */
export async function openCamera(camera: CameraAddress, signal: AbortSignal): Promise<OpenVideo> {
  const open = (transport: Transport) =>
    openAddress(camera.url, openOptions(camera.url, camera.silentMs, transport), signal);
  try {
    return await open('tcp');
  } catch (error) {
    if (!(error instanceof FFmpegError) || !error.message.includes('Protocol not supported')) throw error;
  }
  return await open('udp').catch((error: unknown) => {
    throw new UnsupportedVideoError(NO_TRANSPORT, { cause: error });
  });
}

/**
 * Opens a recording and a decoder for its best video stream. Throws FFmpegError, or UnsupportedVideoError with the
 * reason. An abort of `signal` ends it with an error.
 */
export async function openVideo(path: string, signal: AbortSignal): Promise<OpenVideo> {
  return await openAddress(`file:${path}`, openOptions(path, 0, 'tcp'), signal);
}

async function openAddress(address: string, options: Record<string, string>, signal: AbortSignal): Promise<OpenVideo> {
  const format = new FormatContext();
  format.allocContext();
  const interrupt = (): void => format.interrupt();
  signal.addEventListener('abort', interrupt, { once: true });
  try {
    FFmpegError.throwIfError(await format.openInput(address, null, Dictionary.fromObject(options)), 'open');
    refuseTooLarge(format);
    // An RTSP camera describes its streams. Reading ahead would wait for eight pictures, minutes with some cameras.
    if (!isRtsp(address)) FFmpegError.throwIfError(await format.findStreamInfo(null), 'find streams');
    refuseTooLarge(format);
    const streamIndex = format.findBestStream(AVMEDIA_TYPE_VIDEO);
    FFmpegError.throwIfError(streamIndex, 'find a video stream');
    // FFmpeg takes a cover picture for a video when there is no other.
    if (format.streams[streamIndex]?.hasDisposition(AV_DISPOSITION_ATTACHED_PIC))
      throw new UnsupportedVideoError(COVER);
    return { format, decoder: await openDecoder(format, streamIndex), streamIndex };
  } catch (error) {
    await format.closeInput().catch(() => {});
    throw error;
  } finally {
    signal.removeEventListener('abort', interrupt);
  }
}

/** How a stream is coded. */
export const describedBy = ({ codecId, extradata }: CodecParameters) => ({
  codecId,
  codecName: avGetCodecName(codecId) ?? 'its codec',
  description: extradata,
});

/** Throws when a stream says that its pictures are too large. */
function refuseTooLarge({ streams }: FormatContext): void {
  for (const { codecpar } of streams)
    if (codecpar.codecType === AVMEDIA_TYPE_VIDEO && codecpar.width * codecpar.height > PIXELS_AT_MOST)
      throw new UnsupportedVideoError(`its pictures are ${codecpar.width} x ${codecpar.height}: ${TOO_LARGE}`);
}

async function openDecoder(format: FormatContext, streamIndex: number): Promise<CodecContext> {
  const stream = format.streams[streamIndex];
  if (!stream) throw new UnsupportedVideoError(NO_DECODER);
  return await newDecoder(stream.codecpar.codecId, decoder => {
    FFmpegError.throwIfError(decoder.parametersToContext(stream.codecpar), 'decoder parameters');
    decoder.pktTimebase = stream.timeBase;
  });
}

/** A decoder with one thread; `prepare` is called before it is opened. */
export async function newDecoder(
  codecId: AVCodecID,
  prepare: (decoder: CodecContext) => void = () => {},
): Promise<CodecContext> {
  const codec = Codec.findDecoder(codecId);
  if (!codec) throw new UnsupportedVideoError(NO_DECODER);
  const decoder = new CodecContext();
  decoder.allocContext3(codec);
  prepare(decoder);
  decoder.threadCount = 1;
  // Codec options need the async open.
  FFmpegError.throwIfError(await decoder.open2(codec, Dictionary.fromObject(PICTURE_BOUND)));
  return decoder;
}
