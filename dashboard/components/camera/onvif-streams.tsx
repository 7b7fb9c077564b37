import { clsx } from 'clsx';
import { Clock, Info } from 'lucide-react';
import { Badge } from '#components/ui/badge.tsx';
import { clockWords, proposedStream, streamWords } from '#lib/proposed-stream.ts';
import type { OnvifCamera } from './onvif.client.ts';

/** The streams of a camera, one to choose, with the proposed one and why. `chosen`: address of a stream. */
export function OnvifStreams({
  camera,
  inputPx,
  chosen,
  onChoose,
}: {
  readonly camera: OnvifCamera;
  /** Longer side of the picture that the chosen models take; undefined: not known. */
  readonly inputPx: number | undefined;
  readonly chosen: string | undefined;
  readonly onChoose: (url: string) => void;
}) {
  const proposed = proposedStream(camera.profiles, inputPx);
  const device = [camera.manufacturer, camera.model].filter(Boolean).join(' ');
  const clock = clockWords(camera.clockSkewMs);
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-1.5 text-[0.8125rem] font-medium">
        {device === '' ? 'Streams of the camera' : `Streams of ${device}`}
      </legend>
      {camera.profiles.map(stream => {
        const isProposed = stream.token === proposed?.token;
        return (
          <label
            key={stream.token}
            className={clsx(
              'flex cursor-pointer items-start gap-3 rounded-lg border px-3 py-2.5 transition has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent',
              stream.url === chosen ? 'border-accent bg-accent-soft' : 'border-line-strong hover:bg-raised',
            )}
          >
            <input
              type="radio"
              name="stream"
              checked={stream.url === chosen}
              onChange={() => onChoose(stream.url)}
              className="mt-0.5 size-6 shrink-0 sm:size-4 accent-(--accent)"
            />
            <span className="min-w-0 flex-1">
              <span className="flex flex-wrap items-center gap-2 text-sm font-medium">
                {stream.name}
                {isProposed && <Badge tone="accent">Proposed</Badge>}
              </span>
              <span className="block text-xs text-muted">{streamWords(stream)}</span>
              {isProposed && <span className="mt-0.5 block text-xs text-muted">{proposed.reason}</span>}
            </span>
          </label>
        );
      })}
      {clock && (
        <p className="flex gap-2 rounded-lg bg-warn-soft px-3 py-2 text-sm text-warn">
          <Clock className="mt-0.5 size-4 shrink-0" aria-hidden="true" />
          {clock}
        </p>
      )}
      {camera.notes.map(note => (
        <p key={note} className="flex gap-2 text-xs text-muted">
          <Info className="mt-px size-3.5 shrink-0" aria-hidden="true" />
          {note}
        </p>
      ))}
    </fieldset>
  );
}
