'use client';

import { type ReactNode, useEffect, useState } from 'react';
import { CameraSource, type SourceFigures } from '#generated/documents.ts';
import { askFromBrowser } from '#lib/gateway.client.ts';
import { clockWords, connectionWords, dropWords, streamWords } from '#lib/stream-words.ts';

const EVERY_MS = 4_000;

/** What a camera sends, how much of it is looked at, and what was left out. */
export function SourcePanel({ cameraId, first }: { readonly cameraId: string; readonly first: SourceFigures | null }) {
  const status = useSource(cameraId, first);
  if (status === null) return null;
  const { stream, fps, connections, framesPublished, drops } = status;
  const leftOut = dropWords(drops);
  return (
    <section aria-labelledby="source" data-testid="source" className="card p-4 sm:p-5">
      <h2 id="source" className="mb-3 font-semibold">
        Source
      </h2>
      <dl className="grid grid-cols-[max-content_1fr] gap-x-4 gap-y-2 text-sm">
        {stream && (
          <>
            <Row name="It sends">{streamWords(stream)}</Row>
            <Row name="Its clock">{clockWords(stream)}</Row>
            <Row name="Reconnected">{connectionWords(connections)}</Row>
          </>
        )}
        <Row name="Taken">
          {fps.toFixed(1)} pictures a second; {framesPublished.toLocaleString('en')} since it was connected
        </Row>
        <Row name="Left out">{leftOut.length === 0 ? 'none' : leftOut.join(', ')}</Row>
      </dl>
    </section>
  );
}

function Row({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div className="contents">
      <dt className="text-muted">{name}</dt>
      <dd className="numeric min-w-0 break-words">{children}</dd>
    </div>
  );
}

/** Asked again every few seconds while the page is looked at. */
function useSource(cameraId: string, first: SourceFigures | null): SourceFigures | null {
  const [status, setStatus] = useState(first);
  useEffect(() => {
    const timer = setInterval(async () => {
      if (document.hidden) return;
      const found = await askFromBrowser(CameraSource, { id: cameraId }).catch(() => undefined); // the page says what is wrong
      if (found?.camera) setStatus(found.camera.status);
    }, EVERY_MS);
    return () => clearInterval(timer);
  }, [cameraId]);
  return status;
}
