'use client';

import { clsx } from 'clsx';
import { Info, Pencil, Plus, Settings } from 'lucide-react';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { useRef, useState } from 'react';
import { LastStill, PictureState, PictureStatistics, ViolationFlag } from '#components/live/picture-overlays.tsx';
import { StateDot, tileStateWords } from '#components/live/state-dot.tsx';
import { pictureLabel, useLivePicture } from '#components/live/use-live-picture.client.ts';
import { Button, buttonClass } from '#components/ui/button.tsx';
import type { CameraPageResult } from '#generated/documents.ts';
import { tileState } from '#lib/tile-state.ts';
import { renamedNote } from '#lib/video-file.ts';
import type { ZoneDraft } from '#lib/zone-edit.ts';
import { startPolygon } from '#lib/zone-polygon.ts';
import { PauseButton } from './pause-button.client.tsx';
import { useLiveVideo } from './use-live-video.client.ts';
import { ZoneEditor } from './zone-editor.client.tsx';

export type Camera = NonNullable<CameraPageResult['camera']>;

/** The camera's video, or its pictures where there is none, large, with its zones. A person with the right to it edits the zones on the picture. */
export function LiveStage({
  camera,
  open,
  canEdit,
  lastStill,
}: {
  readonly camera: Camera;
  readonly open: number;
  readonly canEdit: boolean;
  readonly lastStill: string | null;
}) {
  const router = useRouter();
  const canvas = useRef<HTMLCanvasElement>(null);
  const video = useRef<HTMLVideoElement>(null);
  const videoCanvas = useRef<HTMLCanvasElement>(null);
  const stage = useRef<HTMLDivElement>(null);
  const [draft, setDraft] = useState<ZoneDraft | null>(null);
  const others = draft ? camera.zones.filter(zone => zone.zoneId !== draft.zoneId) : camera.zones;
  const picture = useLivePicture(canvas, camera.cameraId, others);
  const playing = useLiveVideo({ video, canvas: videoCanvas }, camera.cameraId, camera.active, others);
  const { fps, latencyP50Ms, latencyP95Ms } = playing.isShown ? playing.statistics : picture;
  const state = tileState(camera, picture.view, picture.nowMs);
  return (
    <section data-testid="camera-tile" data-camera-id={camera.cameraId} data-state={state} data-open={open}>
      <header className="mb-3 flex flex-wrap items-center gap-x-3 gap-y-1">
        <h1 className="text-xl font-semibold tracking-tight">{camera.name}</h1>
        <p className="flex items-center gap-2 text-sm text-muted">
          <StateDot state={state} /> {tileStateWords[state]}
          {camera.store && <span className="text-faint">· {camera.store.name}</span>}
          <span className="numeric text-faint">· at most {camera.maxFps} fps</span>
        </p>
        {canEdit && (
          <div className="ml-auto flex flex-wrap items-center gap-2 print:hidden">
            <PauseButton camera={camera} />
            <Link
              href={`/cameras/${encodeURIComponent(camera.cameraId)}/settings`}
              prefetch={false}
              className={buttonClass()}
            >
              <Settings aria-hidden="true" /> Settings
            </Link>
          </div>
        )}
        <RenamedNote camera={camera} />
      </header>
      <div
        ref={stage}
        className={clsx(
          'card relative overflow-hidden bg-[#0b1013]!',
          open > 0 && 'border-danger-solid! ring-2 ring-danger-solid',
        )}
        style={{ aspectRatio: picture.aspect }}
      >
        {picture.view === null && <LastStill url={lastStill} dimmed={draft === null} />}
        <canvas
          ref={canvas}
          role="img"
          aria-label={pictureLabel(camera.name, picture)}
          className="absolute inset-0 size-full"
        />
        <div className={clsx('absolute inset-0', !playing.isShown && 'opacity-0')} aria-hidden="true">
          <video ref={video} muted playsInline className="absolute inset-0 size-full" />
          <canvas ref={videoCanvas} data-testid="video-picture" className="absolute inset-0 size-full" />
        </div>
        {!draft && (
          <PictureState state={state} message={camera.status?.message ?? null} drawn={picture.view !== null} />
        )}
        {open > 0 && !draft && <ViolationFlag open={open} />}
        {!draft && (
          <PictureStatistics
            fps={fps}
            latencyMs={latencyP50Ms}
            p95Ms={latencyP95Ms}
            transport={{ kind: playing.isShown ? 'video' : 'pictures', ...playing }}
          />
        )}
      </div>
      {draft ? (
        <ZoneEditor
          key={draft.zoneId}
          cameraId={camera.cameraId}
          rules={camera.rules}
          zone={draft}
          stage={stage}
          onClose={changed => {
            setDraft(null);
            if (changed) router.refresh();
          }}
        />
      ) : (
        <ZoneBar camera={camera} canEdit={canEdit} onEdit={setDraft} />
      )}
    </section>
  );
}

function RenamedNote({ camera }: { readonly camera: Camera }) {
  const note = renamedNote(camera);
  return (
    note && (
      <p data-testid="renamed" className="flex w-full items-center gap-1.5 text-sm text-muted">
        <Info className="size-4 shrink-0" aria-hidden="true" /> {note}
      </p>
    )
  );
}

function ZoneBar({
  camera,
  canEdit,
  onEdit,
}: {
  readonly camera: Camera;
  readonly canEdit: boolean;
  readonly onEdit: (draft: ZoneDraft) => void;
}) {
  return (
    <div className="mt-3 flex flex-wrap items-center gap-2">
      {camera.zones.length === 0 && camera.rules.length > 0 && (
        <p className="mr-auto flex items-center gap-1.5 text-sm text-muted">
          <Info className="size-4 shrink-0" aria-hidden="true" /> The rule judges the whole picture until a zone is set.
        </p>
      )}
      {camera.zones.map(zone => (
        <Button key={zone.zoneId} disabled={!canEdit} onClick={() => onEdit(zone)}>
          {canEdit && <Pencil aria-hidden="true" />} {canEdit ? `Edit zone “${zone.name}”` : `Zone “${zone.name}”`}
        </Button>
      ))}
      {canEdit && (
        <Button
          kind="quiet"
          onClick={() =>
            onEdit({
              zoneId: null,
              version: null,
              name: camera.rules.some(rule => rule.violationType === 'hand_no_scooper') ? 'Ingredients' : 'Zone',
              polygon: startPolygon,
            })
          }
        >
          <Plus aria-hidden="true" /> {camera.zones.length === 0 ? 'Draw a zone' : 'New zone'}
        </Button>
      )}
    </div>
  );
}
