'use client';

import { type RefObject, useEffect, useRef, useState } from 'react';
import { useLive } from '#components/live/live-provider.client.tsx';
import type { Outline } from '#lib/paint-frame.ts';
import { type VideoState, VideoView } from '#lib/video-view.client.ts';

const none: VideoState = {
  ...{ isShown: false, reason: null, dropped: 0 },
  statistics: { fps: 0, latencyP50Ms: null, latencyP95Ms: null },
};
const READ_EVERY_MS = 1_000;

export interface VideoRefs {
  readonly video: RefObject<HTMLVideoElement | null>;
  /** Over the element; its pictures are drawn here. */
  readonly canvas: RefObject<HTMLCanvasElement | null>;
}

/** Plays the camera's video with the boxes of each picture, where there is one. Returns how it goes. */
export function useLiveVideo(
  { video, canvas }: VideoRefs,
  cameraId: string,
  isActive: boolean,
  zones: readonly Outline[],
): VideoState {
  const { socket } = useLive();
  const [state, setState] = useState(none);
  const viewRef = useRef<VideoView>(undefined);

  useEffect(() => {
    if (!video.current || !canvas.current || !isActive) return;
    const view: VideoView = new VideoView(video.current, canvas.current, () => queueMicrotask(() => read()));
    const read = (): void => {
      if (view.isOver) stopVideo();
      setState(view.read(Date.now()));
    };
    viewRef.current = view;
    const stopResults = socket.watch(cameraId, ({ header }) => view.result(header));
    const stopVideo = socket.watchVideo(cameraId, message => view.push(message));
    const timer = setInterval(read, READ_EVERY_MS);
    return () => {
      clearInterval(timer);
      stopResults();
      stopVideo();
      view.close();
      viewRef.current = undefined;
      setState(none);
    };
  }, [video, canvas, socket, cameraId, isActive]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another view must be told, too
  useEffect(() => viewRef.current?.setZones(zones), [zones, cameraId, isActive]);
  return state;
}
