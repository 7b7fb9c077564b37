'use client';

import { clsx } from 'clsx';
import { Info, TriangleAlert } from 'lucide-react';
import Link from 'next/link';
import { useRef } from 'react';
import type { CameraTile as Camera } from '#generated/documents.ts';
import { tileState } from '#lib/tile-state.ts';
import { count as counted } from '#lib/words.ts';
import { LastStill, PictureState, PictureStatistics, ViolationFlag } from './picture-overlays.tsx';
import { StateDot } from './state-dot.tsx';
import { pictureLabel, useLivePicture } from './use-live-picture.client.ts';

/** One camera on the wall: its live picture with boxes, its open violations, and the delay of the picture. */
export function CameraTile({
  camera,
  count,
  open,
  lastStill,
}: {
  readonly camera: Camera;
  readonly count: number;
  readonly open: number;
  readonly lastStill: string | null;
}) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const picture = useLivePicture(canvas, camera.cameraId, camera.zones);
  const state = tileState(camera, picture.view, picture.nowMs);
  return (
    <article
      data-testid="camera-tile"
      data-camera-id={camera.cameraId}
      data-state={state}
      data-open={open}
      className={clsx(
        'card group relative overflow-hidden transition-shadow',
        open > 0 && 'border-danger-solid! ring-2 ring-danger-solid',
      )}
    >
      <Link
        prefetch={false}
        href={`/cameras/${encodeURIComponent(camera.cameraId)}`}
        className="block focus-visible:outline-offset-[-3px]"
      >
        <div className="relative aspect-video bg-[#0b1013]">
          {picture.view === null && <LastStill url={lastStill} />}
          <canvas
            ref={canvas}
            aria-label={pictureLabel(camera.name, picture)}
            role="img"
            className="absolute inset-0 size-full"
          />
          <PictureState state={state} message={camera.status?.message ?? null} drawn={picture.view !== null} />
          {open > 0 && <ViolationFlag open={open} />}
          <PictureStatistics fps={picture.fps} latencyMs={picture.latencyP50Ms} />
        </div>
        <div className="flex items-center gap-3 px-3.5 py-2.5">
          <StateDot state={state} />
          <h3 className="min-w-0 flex-1 truncate font-medium group-hover:text-accent">{camera.name}</h3>
          <p className="text-xs text-muted" title={`${counted(count, 'violation')} in the last 24 hours`}>
            <span
              data-testid="violation-count"
              className={clsx('numeric text-sm font-semibold', count > 0 ? 'text-ink' : 'text-faint')}
            >
              {count}
            </span>{' '}
            in 24 h
          </p>
        </div>
      </Link>
      <TileNote camera={camera} />
    </article>
  );
}

/** Says that no rule judges this camera, or that the whole picture is judged. */
function TileNote({ camera }: { readonly camera: Camera }) {
  if (camera.rules.every(rule => !rule.active)) {
    return (
      <p className="flex items-center gap-1.5 border-t border-line px-3.5 py-2 text-xs text-warn">
        <TriangleAlert className="size-3.5 shrink-0" aria-hidden="true" /> No rule judges this camera.
      </p>
    );
  }
  if (camera.rules.some(rule => rule.active && rule.zoneId === null)) {
    return (
      <p className="flex items-center gap-1.5 border-t border-line px-3.5 py-2 text-xs text-muted">
        <Info className="size-3.5 shrink-0" aria-hidden="true" /> The rule judges the whole picture until a zone is set.
      </p>
    );
  }
  return null;
}
