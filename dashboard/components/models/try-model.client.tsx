'use client';

import { LoaderCircle, ScanEye } from 'lucide-react';
import { useState } from 'react';
import { Button } from '#components/ui/button.tsx';
import { Field } from '#components/ui/field.tsx';
import type { ModelPageResult } from '#generated/documents.ts';
import { megabytes, milliseconds } from '#lib/model-words.ts';
import { count } from '#lib/words.ts';
import { BoxedPicture, type Picture } from './boxed-picture.tsx';

interface Tried extends Picture {
  readonly capturedAt: string;
}

interface Trial {
  readonly msPerPicture: number;
  readonly memoryBytes: number;
  readonly pictures: readonly Tried[];
}

type Camera = ModelPageResult['cameras'][number];

/** Runs a version on a camera's last pictures, and shows what it finds there. */
export function TryModel({
  name,
  versions,
  cameras,
}: {
  readonly name: string;
  readonly versions: readonly string[];
  readonly cameras: readonly Camera[];
}) {
  const [version, setVersion] = useState(versions[0] ?? '');
  const [cameraId, setCameraId] = useState(cameras[0]?.cameraId ?? '');
  const [busy, setBusy] = useState(false);
  const [outcome, setOutcome] = useState<Trial | string>();
  const run = async (): Promise<void> => {
    setBusy(true);
    setOutcome(await tryOn(name, version, cameraId));
    setBusy(false);
  };
  return (
    <section aria-labelledby="try" className="card p-4 sm:p-5">
      <h2 id="try" className="font-semibold">
        Try it on a camera
      </h2>
      <p className="mt-1 mb-4 text-sm text-muted">
        Runs a version on the camera's last pictures. No rule sees the result.
      </p>
      {cameras.length === 0 ? (
        <p className="text-sm text-muted">No camera is running now.</p>
      ) : (
        <div className="flex flex-wrap items-end gap-3">
          <Field name="Version">
            {control => (
              <select {...control} value={version} onChange={event => setVersion(event.target.value)}>
                {versions.map(one => (
                  <option key={one}>{one}</option>
                ))}
              </select>
            )}
          </Field>
          <Field name="Camera">
            {control => (
              <select {...control} value={cameraId} onChange={event => setCameraId(event.target.value)}>
                {cameras.map(camera => (
                  <option key={camera.cameraId} value={camera.cameraId}>
                    {camera.name}
                    {camera.store && ` · ${camera.store.name}`}
                  </option>
                ))}
              </select>
            )}
          </Field>
          <Button onClick={run} disabled={busy} className="h-10">
            {busy ? <LoaderCircle className="animate-spin" aria-hidden="true" /> : <ScanEye aria-hidden="true" />}
            Try it
          </Button>
        </div>
      )}
      <div role="status">{typeof outcome === 'object' && <TrialPictures trial={outcome} />}</div>
      <p role="alert" className="mt-3 text-sm font-medium text-danger empty:hidden">
        {typeof outcome === 'string' && outcome}
      </p>
    </section>
  );
}

function TrialPictures({ trial: { msPerPicture, memoryBytes, pictures } }: { readonly trial: Trial }) {
  const boxes = pictures.reduce((sum, picture) => sum + picture.boxes.length, 0);
  return (
    <>
      <p className="numeric mt-4 mb-3 text-sm text-muted">
        {count(boxes, 'object')} on {count(pictures.length, 'picture')} · {milliseconds(msPerPicture)} of a core a
        picture · {megabytes(memoryBytes)} memory
      </p>
      <ul className="grid gap-3 sm:grid-cols-2">
        {pictures.map(picture => (
          <li key={picture.capturedAt} data-testid="tried-picture">
            <BoxedPicture {...picture} />
          </li>
        ))}
      </ul>
    </>
  );
}

/** The trial, or why there is none. Never throws. */
async function tryOn(name: string, version: string, cameraId: string): Promise<Trial | string> {
  const path = `/models/${encodeURIComponent(name)}/versions/${encodeURIComponent(version)}/try`;
  try {
    const answer = await fetch(`${path}?${new URLSearchParams({ cameraId })}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
    });
    const json: Trial & { readonly detail?: string } = await answer.json();
    return answer.ok ? json : (json.detail ?? 'The trial failed: try again.');
  } catch {
    return 'The gateway does not answer: try again in a moment.';
  }
}
