'use client';

import { useEffect, useState } from 'react';
import { CameraStates, type CameraStatesResult, type CameraTile } from '#generated/documents.ts';
import { askFromBrowser } from '#lib/gateway.client.ts';

const EVERY_MS = 5000;
type States = ReadonlyMap<string, CameraStatesResult['cameras'][number]['status']>;

/** The cameras with the state of their sources as it is now, asked for every five seconds while the tab is visible. */
export function useCameraStates<C extends Pick<CameraTile, 'cameraId' | 'status'>>(
  cameras: readonly C[],
): readonly C[] {
  const [states, setStates] = useState<States>(new Map());
  useEffect(() => {
    const timer = setInterval(() => {
      if (document.hidden) return;
      askFromBrowser(CameraStates, {}).then(
        ({ cameras: now }) => setStates(new Map(now.map(one => [one.cameraId, one.status]))),
        () => undefined, // the connection indicator says what is wrong
      );
    }, EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  return cameras.map(camera =>
    states.has(camera.cameraId) ? { ...camera, status: states.get(camera.cameraId) ?? null } : camera,
  );
}
