'use client';

import { clsx } from 'clsx';
import { ArrowLeft, ArrowRight, Info } from 'lucide-react';
import Link from 'next/link';
import { useRef } from 'react';
import { HourBars } from '#components/live/hour-bars.client.tsx';
import { useLatestViolations } from '#components/live/live-provider.client.tsx';
import { ModelNote } from '#components/live/model-note.tsx';
import { PictureState, PictureStatistics, ViolationFlag } from '#components/live/picture-overlays.tsx';
import { StateDot, tileStateWords } from '#components/live/state-dot.tsx';
import { useCameraStates } from '#components/live/use-camera-states.client.ts';
import { useLivePicture } from '#components/live/use-live-picture.client.ts';
import { ViolationCard } from '#components/violation/violation-card.client.tsx';
import type { CameraPageResult, ViolationRow } from '#generated/documents.ts';
import { arrived, refreshed } from '#lib/live-violations.ts';
import { tileState } from '#lib/tile-state.ts';
import { count } from '#lib/words.ts';
import { RuleCard } from './rule-card.tsx';

type Camera = NonNullable<CameraPageResult['camera']>;
type Page = CameraPageResult & { readonly camera: Camera };

export function CameraView({ page, canEdit }: { readonly page: Page; readonly canEdit: boolean }) {
  const [camera = page.camera] = useCameraStates([page.camera]);
  const latest = useLatestViolations();
  const loaded = page.violations.edges.map(edge => edge.node);
  const fresh = arrived(loaded, latest).filter(one => one.cameraId === camera.cameraId);
  const violations = [...fresh, ...refreshed(loaded, latest)];
  const open = violations.filter(one => one.state === 'OPEN').length;
  return (
    <div className="mx-auto max-w-[110rem]">
      <Link
        href="/"
        className="mb-3 inline-flex items-center gap-1.5 rounded text-[0.8125rem] text-muted hover:text-ink"
      >
        <ArrowLeft className="size-3.5" aria-hidden="true" /> Live wall
      </Link>
      <div className="grid items-start gap-5 lg:grid-cols-[minmax(0,2fr)_minmax(19rem,1fr)]">
        <div className="flex min-w-0 flex-col gap-5">
          <LiveStage camera={camera} open={open} canEdit={canEdit} />
          <section aria-label="Rules" className="grid gap-5 md:grid-cols-2">
            {camera.rules.map(rule => (
              <RuleCard
                key={rule.ruleId}
                rule={rule}
                zoneName={camera.zones.find(zone => zone.zoneId === rule.zoneId)?.name ?? null}
              />
            ))}
          </section>
          <ModelNote />
        </div>
        <Recent
          camera={camera}
          total={page.violationStatistics.total + fresh.length}
          steps={page.violationStatistics.overTime}
          violations={violations}
        />
      </div>
    </div>
  );
}

function LiveStage({
  camera,
  open,
  canEdit,
}: {
  readonly camera: Camera;
  readonly open: number;
  readonly canEdit: boolean;
}) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const picture = useLivePicture(canvas, camera.cameraId, camera.zones);
  const state = tileState(camera, picture.lastHeardAtMs, picture.nowMs);
  return (
    <section data-testid="camera-tile" data-camera-id={camera.cameraId} data-state={state} data-open={open}>
      <header className="mb-3 flex flex-wrap items-center gap-x-3 gap-y-1">
        <h1 className="text-xl font-semibold tracking-tight">{camera.name}</h1>
        <p className="flex items-center gap-2 text-sm text-muted">
          <StateDot state={state} /> {tileStateWords[state]}
          {camera.store && <span className="text-faint">· {camera.store.name}</span>}
          <span className="numeric text-faint">· at most {camera.maxFps} fps</span>
        </p>
      </header>
      <div
        className={clsx(
          'card relative overflow-hidden bg-[#0b1013]!',
          open > 0 && 'border-danger-solid! ring-2 ring-danger-solid',
        )}
        style={{ aspectRatio: picture.aspect }}
      >
        <canvas
          ref={canvas}
          role="img"
          aria-label={`Live picture of ${camera.name}`}
          className="absolute inset-0 size-full"
        />
        <PictureState state={state} message={camera.status?.message ?? null} drawn={picture.lastHeardAtMs !== null} />
        {open > 0 && <ViolationFlag open={open} />}
        <PictureStatistics fps={picture.fps} latencyMs={picture.latencyP50Ms} />
      </div>
      <div className="mt-3 flex flex-wrap items-center justify-between gap-3">
        <ZoneNote camera={camera} />
        {canEdit && null}
      </div>
    </section>
  );
}

function ZoneNote({ camera }: { readonly camera: Camera }) {
  if (camera.zones.length > 0) {
    return <p className="text-sm text-muted">Zones: {camera.zones.map(zone => zone.name).join(', ')}</p>;
  }
  return (
    <p className="flex items-center gap-1.5 text-sm text-muted">
      <Info className="size-4 shrink-0" aria-hidden="true" /> No zone yet: the rule judges the whole picture until one
      is set.
    </p>
  );
}

function Recent({
  camera,
  total,
  steps,
  violations,
}: {
  readonly camera: Camera;
  readonly total: number;
  readonly steps: CameraPageResult['violationStatistics']['overTime'];
  readonly violations: readonly ViolationRow[];
}) {
  return (
    <aside className="flex flex-col gap-4 lg:sticky lg:top-[4.75rem]">
      <section className="card p-4" aria-label="Last 24 hours">
        <p className="text-xs text-muted">Violations in 24 h</p>
        <p data-testid="violation-count" className="numeric mt-0.5 text-3xl font-semibold tracking-tight">
          {total}
        </p>
        <HourBars steps={steps} label={`${count(total, 'violation')} in the last 24 hours`} />
      </section>
      <section aria-labelledby="recent" className="card overflow-hidden">
        <div className="flex items-center justify-between px-4 pt-3.5 pb-2">
          <h2 id="recent" className="font-semibold">
            Recent violations
          </h2>
          <Link
            href={`/violations?camera=${encodeURIComponent(camera.cameraId)}`}
            className="inline-flex items-center gap-1 rounded text-xs text-muted hover:text-accent"
          >
            All <ArrowRight className="size-3.5" aria-hidden="true" />
          </Link>
        </div>
        {violations.length === 0 ? (
          <p className="px-4 pt-1 pb-5 text-sm text-muted">None so far on this camera.</p>
        ) : (
          <ul className="divide-y divide-line lg:max-h-[calc(100dvh-19.5rem)] lg:overflow-y-auto">
            {violations.slice(0, 20).map(violation => (
              <li key={violation.violationId}>
                <ViolationCard violation={violation} withCamera={false} />
              </li>
            ))}
          </ul>
        )}
      </section>
    </aside>
  );
}
