'use client';

import { clsx } from 'clsx';
import { ChevronRight } from 'lucide-react';
import Link from 'next/link';
import { RelativeTime } from '#components/ui/relative-time.client.tsx';
import type { ViolationRow } from '#generated/documents.ts';
import { dayAndTime, duration } from '#lib/store-time.ts';
import { type ViolationQuery, violationPageHref } from '#lib/violation-query.ts';
import { cameraName, violationTitle } from '#lib/words.ts';
import { RiskBadge, StateBadge } from './badges.tsx';
import { StillPicture } from './still-picture.client.tsx';

export function ViolationListRow({
  violation,
  query,
  arrived,
}: {
  readonly violation: ViolationRow;
  /** The list that it stands in. */
  readonly query: ViolationQuery;
  readonly arrived: boolean;
}) {
  const title = violationTitle(violation.violationType);
  const camera = cameraName(violation);
  const timeZone = violation.store?.timeZone ?? 'UTC';
  return (
    <li
      data-testid="violation-row"
      data-violation-id={violation.violationId}
      data-state={violation.state}
      className={clsx(arrived && 'animate-arrive')}
    >
      <Link
        prefetch={false}
        href={violationPageHref(violation.violationId, query)}
        className="group grid grid-cols-[6.5rem_minmax(0,1fr)] items-center gap-x-4 gap-y-2 p-3 transition hover:bg-raised focus-visible:bg-raised focus-visible:outline-offset-[-2px] sm:grid-cols-[8rem_minmax(0,1fr)_auto] sm:px-4 lg:grid-cols-[8rem_minmax(0,1.3fr)_minmax(0,1fr)_6rem_15rem_1rem]"
      >
        <StillPicture violation={violation} alt={`${title} at ${camera}`} className="rounded-lg" />
        <div className="min-w-0">
          <p className="truncate font-medium">{title}</p>
          <p className="truncate text-[0.8125rem] text-muted">
            {camera}
            {violation.store && <span className="text-faint"> · {violation.store.name}</span>}
          </p>
          <p className="mt-0.5 text-xs text-faint lg:hidden">
            <RelativeTime iso={violation.startedAt} timeZone={timeZone} /> · {duration(violation.durationMs)}
          </p>
        </div>
        <div className="hidden min-w-0 lg:block">
          <RelativeTime iso={violation.startedAt} timeZone={timeZone} className="block truncate" />
          <span className="numeric text-xs text-faint">{dayAndTime(violation.startedAt, timeZone)}</span>
        </div>
        <p className="numeric hidden text-right text-muted lg:block">{duration(violation.durationMs)}</p>
        <div className="col-span-2 flex flex-wrap gap-1.5 sm:col-span-1 lg:justify-end">
          <RiskBadge level={violation.riskLevel} />
          <StateBadge state={violation.state} />
        </div>
        <ChevronRight
          className="hidden size-4 text-faint transition group-hover:translate-x-0.5 group-hover:text-ink lg:block"
          aria-hidden="true"
        />
      </Link>
    </li>
  );
}
