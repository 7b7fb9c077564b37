import { utimes } from 'node:fs/promises';
import { play } from '../decoder/player.ts';
import type { DecoderMessage, PlayRequest, SampledFrame } from '../decoder/protocol.ts';

const LONG_AGO = new Date('2020-01-01T00:00:00Z');

export const PLAY_REQUEST: PlayRequest = {
  cameraId: 'c1',
  playId: 1,
  source: 'file',
  url: '',
  maxFps: 5,
  speed: 0,
  afterFrame: -1,
  afterMediaTimeMs: 0,
  motionGate: false,
};

/** Plays a recording, which was last written at `writtenAt`, to its end, five frames a second as fast as they come; resolves with all messages. */
export async function playFile(
  path: string,
  change: Partial<PlayRequest> = {},
  signal = new AbortController().signal,
  writtenAt = LONG_AGO,
): Promise<readonly DecoderMessage[]> {
  const messages: DecoderMessage[] = [];
  const outlet = {
    congested: false,
    send: (message: DecoderMessage) => void messages.push(message),
    drained: async () => {},
  };
  await utimes(path, writtenAt, writtenAt).catch(() => {}); // it may be missing
  await play({ ...PLAY_REQUEST, url: path, ...change }, outlet, signal);
  return messages;
}

export const framesOf = (messages: readonly DecoderMessage[]): readonly SampledFrame[] =>
  messages.filter((message): message is SampledFrame => message.kind === 'picture' || message.kind === 'unchanged');
