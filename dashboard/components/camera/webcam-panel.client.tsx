'use client';

import { CircleAlert, LoaderCircle, Video, VideoOff } from 'lucide-react';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { Button } from '#components/ui/button.tsx';
import { isOwnWebcam, setOwnWebcam } from '#lib/own-webcams.client.ts';
import { openWebcam } from '#lib/webcam.client.ts';
import { WebcamLink, type WebcamView } from '#lib/webcam-link.client.ts';

const off: WebcamView = { kind: 'off', problem: null };

/**
 * Sends this device's webcam as the camera's pictures while the page is open. On the device that did so before, it
 * begins by itself.
 */
export function WebcamPanel({ cameraId }: { readonly cameraId: string }) {
  const [link] = useState(() => new WebcamLink(cameraId, openWebcam));
  const view = useSyncExternalStore(
    listener => link.onChange(listener),
    () => link.view,
    () => off,
  );
  useEffect(() => {
    if (isOwnWebcam(cameraId)) void link.start();
    return () => link.stop();
  }, [link, cameraId]);
  const start = (): void => {
    setOwnWebcam(cameraId, true);
    void link.start();
  };
  const stop = (): void => {
    setOwnWebcam(cameraId, false);
    link.stop();
  };
  return (
    <section
      aria-label="Webcam"
      data-testid="webcam-panel"
      data-state={view.kind}
      className="card flex flex-wrap items-center gap-3 p-4"
    >
      <div className="min-w-0 flex-1 basis-56 text-sm">
        <Words view={view} />
      </div>
      {view.kind === 'off' ? (
        <Button kind="primary" onClick={start}>
          <Video aria-hidden="true" /> Start webcam
        </Button>
      ) : (
        <Button onClick={stop}>
          <VideoOff aria-hidden="true" /> Stop webcam
        </Button>
      )}
    </section>
  );
}

function Words({ view }: { readonly view: WebcamView }) {
  switch (view.kind) {
    case 'off':
      return (
        <>
          <p className="text-muted">
            The pictures of this camera come from a browser, as long as this page is open on the device with the webcam.
          </p>
          <Problem text={view.problem} />
        </>
      );
    case 'starting':
      return (
        <p className="flex items-center gap-2 text-muted">
          <LoaderCircle className="size-4 shrink-0 animate-spin" aria-hidden="true" /> Starting. Allow the webcam when
          the browser asks.
        </p>
      );
    case 'sending':
      return (
        <>
          <p>
            This device’s webcam is on: <span className="numeric">{view.fps.toFixed(1)}</span> pictures a second.
          </p>
          <Problem text={view.note} />
        </>
      );
    case 'lost':
      return (
        <>
          <Problem text={`${view.problem}.`} />
          <RetryWords atMs={view.retryAtMs} />
        </>
      );
  }
}

function Problem({ text }: { readonly text: string | null }) {
  return (
    <div role="alert">
      {text && (
        <p className="mt-1 flex gap-2 font-medium text-danger">
          <CircleAlert className="mt-0.5 size-4 shrink-0" aria-hidden="true" /> {text}
        </p>
      )}
    </div>
  );
}

function RetryWords({ atMs }: { readonly atMs: number }) {
  const [nowMs, setNowMs] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNowMs(Date.now()), 500);
    return () => clearInterval(timer);
  }, []);
  const seconds = Math.max(0, Math.ceil((atMs - nowMs) / 1_000));
  return <p className="numeric text-muted">{seconds > 0 ? `Trying again in ${seconds} s.` : 'Trying again …'}</p>;
}
