/**
 * A decoder process: plays the cameras of one group. All native video code runs here, so its crash affects only this
 * group.
 */
import { Socket } from 'node:net';
import { AV_LOG_QUIET, Log } from 'node-av';
import { dropRights } from '../../confinement/drop-rights.ts';
import type { Outlet } from './outlet.ts';
import { play } from './player.ts';
import { probe } from './probe.ts';
import { type DecoderMessage, type DecoderRequest, frameMessage } from './protocol.ts';
import { decodeRange } from './range.ts';
import { startStepWatch } from './step-watch.ts';
import { VideoRemux } from './video-remux.ts';

/** The pipe from which the parent reads messages. */
const MESSAGES_FD = 3;
const CONGESTED_BYTES = 2 * 1024 * 1024;
const ALIVE_EVERY_MS = 1_000;

const { CONFINED_UID } = process.env;
if (CONFINED_UID !== undefined) dropRights(Number(CONFINED_UID));

Log.setLevel(AV_LOG_QUIET);
const pipe = new Socket({ fd: MESSAGES_FD, readable: false, writable: true });
const playing = new Map<number, { readonly stopping: AbortController; readonly video: VideoRemux }>();
let watched = false;

const outlet: Outlet = {
  get congested() {
    return pipe.writableLength > CONGESTED_BYTES;
  },
  send: (message: DecoderMessage, jpeg?: Uint8Array) => void pipe.write(frameMessage(message, jpeg)),
  drained: signal =>
    new Promise(resolve => {
      const done = (): void => {
        pipe.off('drain', done);
        signal.removeEventListener('abort', done);
        resolve();
      };
      pipe.once('drain', done);
      signal.addEventListener('abort', done, { once: true });
    }),
};

function handle(request: DecoderRequest): void {
  if (request.kind === 'stop') {
    playing.get(request.playId)?.stopping.abort();
    return;
  }
  if (request.kind === 'video') {
    const video = playing.get(request.playId)?.video;
    if (video !== undefined) video.watched = request.watched;
    return;
  }
  if (request.kind === 'probe') {
    void probe(request.url).then(failure => outlet.send({ kind: 'probed', failure }));
    return;
  }
  if (!watched) startStepWatch();
  watched = true;
  const { playId } = request.kind === 'play' ? request.play : request.range;
  const stopping = new AbortController();
  const video = new VideoRemux(playId, outlet);
  playing.set(playId, { stopping, video });
  const { signal } = stopping;
  const working =
    request.kind === 'play' ? play(request.play, outlet, signal, video) : decodeRange(request.range, outlet, signal);
  void working.finally(() => playing.delete(playId));
}

process.on('message', handle);
process.on('disconnect', () => process.exit(0));
pipe.on('error', () => process.exit(0));
setInterval(() => outlet.send({ kind: 'alive' }), ALIVE_EVERY_MS);
