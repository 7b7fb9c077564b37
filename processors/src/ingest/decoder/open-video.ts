import { AVMEDIA_TYPE_VIDEO, Codec, CodecContext, Dictionary, FFmpegError, FormatContext } from 'node-av';
import { isNetwork, openOptions } from './open-options.ts';

/** A picture of an 8K camera has 33 megapixels. Decoding a much larger one would hold up other cameras. */
const MEGAPIXELS_AT_MOST = 40;
const PIXELS_AT_MOST = MEGAPIXELS_AT_MOST * 1_000_000;
export const TOO_LARGE = `pictures of more than ${MEGAPIXELS_AT_MOST} megapixels are not read, make them smaller`;
/** FFmpeg refuses a larger picture before it decodes it. */
const PICTURE_BOUND = { max_pixels: String(PIXELS_AT_MOST) };

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

/**
 * Opens a source and a decoder for its best video stream. `sparse`: frames that no other frame refers to are not
 * decoded. Throws FFmpegError, or UnsupportedVideoError with the reason. An abort of `signal` ends it with an error.
 */
export async function openVideo(url: string, sparse: boolean, signal: AbortSignal): Promise<OpenVideo> {
  const format = new FormatContext();
  format.allocContext();
  const interrupt = (): void => format.interrupt();
  signal.addEventListener('abort', interrupt, { once: true });
  try {
    const address = isNetwork(url) ? url : `file:${url}`;
    FFmpegError.throwIfError(await format.openInput(address, null, Dictionary.fromObject(openOptions(url))), 'open');
    refuseTooLarge(format);
    FFmpegError.throwIfError(await format.findStreamInfo(null), 'find streams');
    refuseTooLarge(format);
    const streamIndex = format.findBestStream(AVMEDIA_TYPE_VIDEO);
    FFmpegError.throwIfError(streamIndex, 'find a video stream');
    return { format, decoder: await openDecoder(format, streamIndex, sparse), streamIndex };
  } catch (error) {
    await format.closeInput().catch(() => {});
    throw error;
  } finally {
    signal.removeEventListener('abort', interrupt);
  }
}

/** Throws when a stream says that its pictures are too large. */
function refuseTooLarge({ streams }: FormatContext): void {
  for (const { codecpar } of streams)
    if (codecpar.codecType === AVMEDIA_TYPE_VIDEO && codecpar.width * codecpar.height > PIXELS_AT_MOST)
      throw new UnsupportedVideoError(`its pictures are ${codecpar.width} x ${codecpar.height}: ${TOO_LARGE}`);
}

/** One thread. Codec options need the async open. */
async function openDecoder(format: FormatContext, streamIndex: number, sparse: boolean): Promise<CodecContext> {
  const stream = format.streams[streamIndex];
  const codec = stream && Codec.findDecoder(stream.codecpar.codecId);
  if (!stream || !codec) throw new UnsupportedVideoError('no decoder for its video codec');
  const decoder = new CodecContext();
  decoder.allocContext3(codec);
  FFmpegError.throwIfError(decoder.parametersToContext(stream.codecpar), 'decoder parameters');
  decoder.pktTimebase = stream.timeBase;
  decoder.threadCount = 1;
  const options = { ...PICTURE_BOUND, ...(sparse && { skip_frame: 'noref' }) };
  FFmpegError.throwIfError(await decoder.open2(codec, Dictionary.fromObject(options)));
  return decoder;
}
