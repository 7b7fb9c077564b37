'use client';

import { useRouter } from 'next/navigation';
import { useEffect, useSyncExternalStore } from 'react';
import { CameraIds, type CameraIdsResult, type CameraTile } from '#generated/documents.ts';
import { askFromBrowser } from '#lib/gateway.client.ts';
import type { LiveStatus } from '#lib/live-message.ts';
import { useLive } from './live-provider.client.tsx';

const none: ReadonlyMap<string, LiveStatus> = new Map();

/** The cameras with the present state of their sources. The gateway reports changes of cameras that are on the screen. */
export function useCameraStates<C extends Pick<CameraTile, 'cameraId' | 'status'>>(
  cameras: readonly C[],
): readonly C[] {
  const { socket } = useLive();
  const statuses = useSyncExternalStore(
    listener => socket.onChange(listener),
    () => socket.statuses,
    () => none,
  );
  return cameras.map(camera => {
    const told = statuses.get(camera.cameraId);
    if (!told || told.atMs < Date.parse(camera.status?.at ?? '1970-01-01')) return camera;
    const { state, message, fps, atMs } = told;
    return { ...camera, status: { state, message, fps, at: new Date(atMs).toISOString() } };
  });
}

const EVERY_MS = 5000;
const DAY_MOVES_MS = 10 * 60_000;

/**
 * Loads the page again when a camera was added or removed, for instance by a file in `videos/`, or the notice of a file came or
 * went. Also every ten minutes, because the last day moves on.
 */
export function useNewCameras(page: CameraIdsResult): void {
  const router = useRouter();
  const shown = key(page);
  useEffect(() => {
    const timer = setInterval(async () => {
      if (document.hidden) return;
      const now = await askFromBrowser(CameraIds, {}).catch(() => undefined); // the connection state says what is wrong
      if (now && key(now) !== shown) router.refresh();
    }, EVERY_MS);
    const again = setInterval(() => router.refresh(), DAY_MOVES_MS);
    return () => {
      clearInterval(timer);
      clearInterval(again);
    };
  }, [router, shown]);
}

const key = ({ cameras, fileNotices }: CameraIdsResult): string =>
  [...cameras.map(({ cameraId }) => cameraId), ...fileNotices.map(({ fileId, message }) => `${fileId} ${message}`)]
    .sort()
    .join('\n');
