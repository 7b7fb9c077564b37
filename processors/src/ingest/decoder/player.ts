import { fileFailure, liveFailure } from './failures.ts';
import { FilePass } from './file-pass.ts';
import { waitWhileGrowing } from './growing-file.ts';
import { LiveInput } from './live-input.ts';
import { LivePass } from './live-pass.ts';
import { UnsupportedVideoError } from './open-video.ts';
import type { Outlet } from './outlet.ts';
import type { PlayRequest } from './protocol.ts';
import { VideoInput } from './video-input.ts';
import { VideoRemux } from './video-remux.ts';

/** Up to this frame, a file is decoded from its start; beyond it, from the key frame before. */
const NEAR_FRAMES = 300;
/** An attempt to open a source is ended after this, and reported as stuck when it goes on all the same. */
const OPENS_WITHIN_MS = 15_000;
const ENDS_WITHIN_MS = 3_000;
const SILENT_MS = 5_000;

/** One opening of a source. */
interface Pass {
  run(signal: AbortSignal): Promise<void>;
  /** Makes a blocked read return. */
  interrupt(): void;
  close(): Promise<void>;
}

/**
 * Plays one source to its end, a loop again and again, and sends messages about it. Never throws: a failure is a
 * message.
 */
export async function play(
  request: PlayRequest,
  outlet: Outlet,
  signal: AbortSignal,
  video = new VideoRemux(request.playId, outlet),
): Promise<void> {
  const { playId, source, url } = request;
  do {
    let opened = false;
    try {
      const pass = await (source === 'live' ? openLive : openFile)(request, outlet, signal, video);
      const stop = (): void => pass.interrupt();
      signal.addEventListener('abort', stop, { once: true });
      try {
        opened = true;
        outlet.send({ kind: 'opened', playId });
        await pass.run(signal);
      } finally {
        signal.removeEventListener('abort', stop);
        await pass.close();
      }
      if (signal.aborted) return;
      if (source === 'live') throw new UnsupportedVideoError('the camera ended the stream');
    } catch (error) {
      if (signal.aborted) return;
      const message = source === 'live' ? await liveFailure(url, error) : await fileFailure(url, error);
      outlet.send({ kind: 'failed', playId, opened, message });
      return;
    }
  } while (source === 'loop');
}

async function openLive(request: PlayRequest, outlet: Outlet, stopped: AbortSignal, video: VideoRemux): Promise<Pass> {
  const { playId, url, maxFps, silentMs = SILENT_MS } = request;
  const options = { playId, maxFps, silentMs, video };
  const input = await opening(request, outlet, stopped, signal => LiveInput.open(url, { ...options, signal }));
  return new LivePass(request, input, outlet, video);
}

/** Opens the recording where it must go on. */
async function openFile(request: PlayRequest, outlet: Outlet, stopped: AbortSignal, video: VideoRemux): Promise<Pass> {
  const { playId, source, url, afterFrame, afterMediaTimeMs } = request;
  const say = (trouble: string): void => outlet.send({ kind: 'trouble', playId, trouble });
  const atEnd = (): Promise<void> => (source === 'file' ? waitWhileGrowing(url, stopped, say) : Promise.resolve());
  const open = () => opening(request, outlet, stopped, signal => VideoInput.open(url, { playId, signal, atEnd }));
  const input = await open();
  if (source !== 'file' || afterFrame < NEAR_FRAMES) return new FilePass(request, input, outlet, video, undefined);
  const resumedAtMs = (await input.find(afterFrame, afterMediaTimeMs))?.mediaTimeMs;
  if (resumedAtMs !== undefined) return new FilePass(request, input, outlet, video, resumedAtMs);
  await input.close();
  return new FilePass(request, await open(), outlet, video, undefined);
}

/** Says so when an attempt to open a source cannot be ended. */
async function opening<T>(
  { playId }: PlayRequest,
  outlet: Outlet,
  stopped: AbortSignal,
  open: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const stepMs = OPENS_WITHIN_MS + ENDS_WITHIN_MS;
  const stuck = setTimeout(() => outlet.send({ kind: 'stuck', playId, stepMs }), stepMs);
  return await open(AbortSignal.any([stopped, AbortSignal.timeout(OPENS_WITHIN_MS)])).finally(() =>
    clearTimeout(stuck),
  );
}
