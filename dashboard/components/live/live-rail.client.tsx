'use client';

import { clsx } from 'clsx';
import { ArrowRight, CircleCheckBig, OctagonAlert } from 'lucide-react';
import Link from 'next/link';
import { DegradedNote } from '#components/ui/degraded-note.client.tsx';
import type { LivePageResult, ViolationRow } from '#generated/documents.ts';
import { count } from '#lib/words.ts';
import { ViolationCard } from '../violation/violation-card.client.tsx';
import { HourBars } from './hour-bars.client.tsx';

/** Beside the wall: the violations of the last day by hour, and the latest ones. */
export function LiveRail({
  statistics,
  fresh,
  open,
  recent,
}: {
  readonly statistics: LivePageResult['violationStatistics'];
  readonly fresh: number;
  readonly open: number;
  readonly recent: readonly ViolationRow[];
}) {
  const total = statistics.total + fresh;
  return (
    <aside aria-label="Violations" className="flex flex-col gap-4 xl:sticky xl:top-[4.75rem]">
      <section className="card p-4" aria-label="Last 24 hours">
        <div className="flex items-start justify-between">
          <div>
            <p className="text-xs text-muted">Violations in 24 h</p>
            <p data-testid="violation-total" className="numeric mt-0.5 text-3xl font-semibold tracking-tight">
              {total.toLocaleString('en')}
            </p>
          </div>
          <p
            className={clsx(
              'inline-flex h-7 items-center gap-1.5 rounded-full px-2.5 text-xs font-medium',
              open > 0 ? 'bg-danger-soft text-danger' : 'bg-ok-soft text-ok',
            )}
          >
            {open > 0 ? (
              <OctagonAlert className="size-3.5" aria-hidden="true" />
            ) : (
              <CircleCheckBig className="size-3.5" aria-hidden="true" />
            )}
            {open > 0 ? `${open} open now` : 'None open'}
          </p>
        </div>
        <HourBars
          steps={statistics.overTime}
          fresh={fresh}
          label={`${count(total, 'violation')} in the last 24 hours`}
        />
        {statistics.degraded && (
          <p className="mt-2 text-xs">
            <DegradedNote />
          </p>
        )}
      </section>
      <section aria-labelledby="latest" className="card overflow-hidden">
        <div className="flex items-center justify-between px-4 pt-3.5 pb-2">
          <h2 id="latest" className="font-semibold">
            Latest
          </h2>
          <Link
            href="/violations"
            className="inline-flex items-center gap-1 rounded text-xs text-muted hover:text-accent"
          >
            All violations <ArrowRight className="size-3.5" aria-hidden="true" />
          </Link>
        </div>
        {recent.length === 0 ? (
          <p className="px-4 pt-1 pb-5 text-sm text-muted">
            Nothing yet. A violation appears here the moment it opens.
          </p>
        ) : (
          <ul className="divide-y divide-line xl:max-h-[calc(100dvh-19.5rem)] xl:overflow-y-auto">
            {recent.map(violation => (
              <li key={violation.violationId} className="animate-arrive">
                <ViolationCard violation={violation} />
              </li>
            ))}
          </ul>
        )}
      </section>
    </aside>
  );
}
