'use client';

import { ArrowLeft, Cctv } from 'lucide-react';
import Link from 'next/link';
import { useLatestViolations } from '#components/live/live-provider.client.tsx';
import { ModelNote } from '#components/live/model-note.tsx';
import { buttonClass } from '#components/ui/button.tsx';
import { RelativeTime } from '#components/ui/relative-time.client.tsx';
import type { ViolationFilter, ViolationPageResult, ViolationWhole } from '#generated/documents.ts';
import { newer, nextNewer } from '#lib/live-violations.ts';
import { type ViolationQuery, violationHref } from '#lib/violation-query.ts';
import { cameraName, violationTitle } from '#lib/words.ts';
import { RiskBadge, StateBadge } from './badges.tsx';
import { FrameTimeline } from './frame-timeline.client.tsx';
import { LineagePanel } from './lineage-panel.tsx';
import { NeighbourLinks } from './neighbour-links.client.tsx';
import { StillPicture } from './still-picture.client.tsx';
import { useWhole } from './use-whole.client.ts';
import { WhatHappened } from './what-happened.tsx';

/** A violation as it stands: its proof, what happened in words, and what the decision rests on. */
export function ViolationDetail({
  violation: loaded,
  cursor,
  query,
  filter,
}: {
  readonly violation: NonNullable<ViolationPageResult['violation']>;
  /** Events after this one may not be in `violation`. */
  readonly cursor: string;
  /** The list that it was opened from. */
  readonly query: ViolationQuery;
  readonly filter: ViolationFilter;
}) {
  const latest = useLatestViolations(cursor);
  const heard = latest.get(loaded.violationId);
  const whole = useWhole(loaded, heard);
  const row = heard ? newer(whole, heard) : whole;
  const violation: ViolationWhole = {
    ...whole,
    state: row.state,
    durationMs: row.durationMs,
    lastSeenAt: row.lastSeenAt,
  };
  const title = violationTitle(violation.violationType);
  const camera = cameraName(violation);
  const timeZone = violation.store?.timeZone ?? 'UTC';
  const zone = violation.zone ?? undefined;
  return (
    <article
      data-testid="violation-page"
      data-violation-id={violation.violationId}
      data-state={violation.state}
      className="mx-auto max-w-[96rem]"
    >
      <div className="mb-3 flex items-center justify-between gap-3">
        <Link
          href={violationHref({ ...query, after: undefined })}
          className="print:hidden inline-flex h-8 items-center gap-1.5 rounded text-[0.8125rem] text-muted hover:text-ink"
        >
          <ArrowLeft className="size-3.5" aria-hidden="true" /> Violations
        </Link>
        <NeighbourLinks
          newer={(loaded.neighbours.newer ?? nextNewer(latest, filter, loaded))?.violationId ?? null}
          older={loaded.neighbours.older?.violationId ?? null}
          query={query}
        />
      </div>
      <header className="mb-5 flex flex-wrap items-start gap-x-4 gap-y-3">
        <div className="min-w-0 flex-1 basis-80">
          <h1 className="text-xl font-semibold tracking-tight sm:text-2xl">{title}</h1>
          <p className="mt-1 text-muted">
            {camera}
            {violation.store && <> · {violation.store.name}</>} ·{' '}
            <RelativeTime iso={violation.startedAt} timeZone={timeZone} />
          </p>
        </div>
        <div className="flex flex-wrap items-center gap-2">
          <RiskBadge level={violation.riskLevel} />
          <span aria-live="polite">
            <StateBadge state={violation.state} />
          </span>
          {violation.camera?.removed === false && (
            <Link
              href={`/cameras/${encodeURIComponent(violation.cameraId)}`}
              className={buttonClass('plain', 'print:hidden')}
            >
              <Cctv aria-hidden="true" /> Camera
            </Link>
          )}
        </div>
      </header>
      <div className="grid items-start gap-5 print:grid-cols-1! lg:grid-cols-[minmax(0,1.65fr)_minmax(20rem,1fr)]">
        <div className="flex min-w-0 flex-col gap-5">
          <figure className="card overflow-hidden">
            <StillPicture
              violation={violation}
              zone={zone}
              labels
              alt={`${title} at ${camera}: the frame kept as proof`}
            />
            <figcaption className="flex flex-wrap justify-between gap-x-4 gap-y-1 px-4 py-2.5 text-xs text-muted">
              <span>The frame with the most confident subject, {Math.round(violation.peakConfidence * 100)} %</span>
              <span className="numeric text-faint">
                {violation.widthPx} × {violation.heightPx} px
              </span>
            </figcaption>
          </figure>
          <FrameTimeline violation={violation} timeZone={timeZone} />
        </div>
        <div className="flex min-w-0 flex-col gap-5">
          <WhatHappened violation={violation} zoneName={zone?.name ?? null} timeZone={timeZone} />
          <LineagePanel violation={violation} />
          <ModelNote models={violation.lineage.models} />
        </div>
      </div>
    </article>
  );
}
