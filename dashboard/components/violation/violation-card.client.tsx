'use client';

import { OctagonAlert } from 'lucide-react';
import Link from 'next/link';
import { RelativeTime } from '#components/ui/relative-time.client.tsx';
import type { ViolationRow } from '#generated/documents.ts';
import { duration } from '#lib/store-time.ts';
import { violationPageHref } from '#lib/violation-query.ts';
import { cameraName, violationTitle } from '#lib/words.ts';
import { StillPicture } from './still-picture.client.tsx';

/** A small card of a violation, for places with little room. */
export function ViolationCard({
  violation,
  withCamera = true,
}: {
  readonly violation: ViolationRow;
  readonly withCamera?: boolean;
}) {
  const title = violationTitle(violation.violationType);
  const camera = cameraName(violation);
  const place = violation.store ? `${violation.store.name}, ${camera}` : camera;
  return (
    <Link
      prefetch={false}
      href={violationPageHref(violation.violationId)}
      className="flex gap-3 px-4 py-3 transition hover:bg-raised focus-visible:outline-offset-[-2px]"
    >
      <StillPicture
        violation={violation}
        alt={`${title} at ${place}`}
        className="w-24 shrink-0 self-start rounded-md"
      />
      <span className="min-w-0 flex-1">
        <span className="block truncate text-[0.8125rem] font-medium">{title}</span>
        {withCamera && <span className="block truncate text-xs text-muted">{place}</span>}
        <span className="mt-0.5 flex items-center gap-1.5 text-xs text-faint">
          <RelativeTime iso={violation.startedAt} timeZone={violation.store?.timeZone ?? 'UTC'} />
          <span aria-hidden="true">·</span>
          {violation.state === 'OPEN' ? (
            <span className="inline-flex items-center gap-1 font-medium text-danger">
              <OctagonAlert className="size-3" aria-hidden="true" /> open
            </span>
          ) : (
            <span className="numeric">{duration(violation.durationMs)}</span>
          )}
        </span>
      </span>
    </Link>
  );
}
