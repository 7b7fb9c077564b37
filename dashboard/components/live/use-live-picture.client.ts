'use client';

import { type RefObject, useEffect, useRef, useState } from 'react';
import { isView } from '#lib/live-message.ts';
import { LivePainter } from '#lib/live-painter.client.ts';
import type { LiveStatistics } from '#lib/live-statistics.ts';
import type { Outline } from '#lib/paint-frame.ts';
import type { View } from '#lib/tile-state.ts';
import { useLive } from './live-provider.client.tsx';

export interface LivePicture extends LiveStatistics {
  /** Times of the newest picture, or of the newest report that it did not change; null before the first. */
  readonly view: View | null;
  /** The browser's clock in ms, a new value each second. */
  readonly nowMs: number;
  /** Width over height of the picture. */
  readonly aspect: number;
  readonly model: string | null;
  /** Whether the rules had looked at the picture that is shown; null before the first. */
  readonly judged: boolean | null;
}

const before: LivePicture = {
  ...{ fps: 0, latencyP50Ms: null, latencyP95Ms: null, view: null, nowMs: 0, aspect: 16 / 9 },
  ...{ model: null, judged: null },
};

/** Describes the canvas to people who cannot see it. */
export const pictureLabel = (cameraName: string, { judged }: LivePicture): string =>
  `Live picture of ${cameraName}${judged === false ? ', which no rule has looked at' : ''}`;

/** Draws the camera's newest frame while any of the canvas is on the screen. Returns its figures. */
export function useLivePicture(
  canvas: RefObject<HTMLCanvasElement | null>,
  cameraId: string,
  zones: readonly Outline[],
): LivePicture {
  const { socket } = useLive();
  const [picture, setPicture] = useState(before);
  const painterRef = useRef<LivePainter>(undefined);

  useEffect(() => {
    const element = canvas.current;
    if (!element) return;
    const painter = new LivePainter(element);
    painterRef.current = painter;
    let view: View | null = null;
    const stopWatching = whileVisible(element, () =>
      socket.watch(cameraId, frame => {
        if (isView(frame.header)) view = { heardAtMs: Date.now(), capturedAtMs: frame.header.capturedAtMs };
        painter.push(frame);
      }),
    );
    const timer = setInterval(() => {
      const nowMs = Date.now();
      const header = painter.header;
      setPicture({
        ...painter.read(nowMs),
        view,
        nowMs,
        aspect: header ? header.widthPx / header.heightPx : before.aspect,
        model: header?.model ?? null,
        judged: header?.judged ?? null,
      });
    }, 1000);
    return () => {
      clearInterval(timer);
      stopWatching();
      painter.close();
    };
  }, [canvas, socket, cameraId]);

  useEffect(() => painterRef.current?.setZones(zones), [zones]);
  return picture;
}

/** Calls `start` when the element comes within 200 px of the screen, and its result when the element leaves. */
function whileVisible(element: Element, start: () => () => void): () => void {
  let stop: (() => void) | undefined;
  const observer = new IntersectionObserver(
    ([entry]) => {
      if (entry?.isIntersecting) stop ??= start();
      else {
        stop?.();
        stop = undefined;
      }
    },
    { rootMargin: '200px' },
  );
  observer.observe(element);
  return () => {
    observer.disconnect();
    stop?.();
  };
}
