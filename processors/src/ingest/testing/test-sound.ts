import {
  AV_CODEC_ID_MJPEG,
  AV_CODEC_ID_PCM_S16LE,
  AV_DISPOSITION_ATTACHED_PIC,
  AV_SAMPLE_FMT_S16,
  AVMEDIA_TYPE_AUDIO,
  AVMEDIA_TYPE_VIDEO,
  FFmpegError,
  FormatContext,
  Packet,
  Rational,
} from 'node-av';
import { encodeTestClip } from './test-clip.ts';

const RATE = 8_000;

/** Writes a second of silence as .mov, and the picture on its cover when asked. */
export async function writeSound(path: string, cover: boolean): Promise<void> {
  const output = new FormatContext();
  FFmpegError.throwIfError(output.allocOutputContext2(null, null, path), 'output');
  const sound = output.newStream(null);
  Object.assign(sound.codecpar, {
    codecType: AVMEDIA_TYPE_AUDIO,
    codecId: AV_CODEC_ID_PCM_S16LE,
    format: AV_SAMPLE_FMT_S16,
    sampleRate: RATE,
    channelLayout: { nbChannels: 1, order: 1, mask: 4n },
  });
  sound.timeBase = new Rational(1, RATE);
  const { pictures } = await encodeTestClip({ seconds: 1, fps: 1, codec: 'mjpeg' });
  if (cover) {
    const stream = output.newStream(null);
    Object.assign(stream.codecpar, {
      codecType: AVMEDIA_TYPE_VIDEO,
      codecId: AV_CODEC_ID_MJPEG,
      width: 320,
      height: 180,
    });
    stream.setDisposition(AV_DISPOSITION_ATTACHED_PIC);
  }
  await output.openOutput();
  FFmpegError.throwIfError(await output.writeHeader(null), 'header');
  const parts = [Buffer.alloc(RATE * 2), ...(cover ? [pictures[0]?.bytes ?? Buffer.alloc(0)] : [])];
  for (const [streamIndex, data] of parts.entries()) {
    const packet = new Packet();
    packet.alloc();
    Object.assign(packet, { data, streamIndex, pts: 0n, dts: 0n });
    FFmpegError.throwIfError(await output.interleavedWriteFrame(packet), 'write');
    packet.free();
  }
  FFmpegError.throwIfError(await output.writeTrailer(), 'trailer');
  await output.closeOutput();
}
