'use client';

import { ArrowLeft, ArrowRight, ArrowUp, ShieldCheck } from 'lucide-react';
import Link from 'next/link';
import { useMemo, useState } from 'react';
import { useLatestViolations } from '#components/live/live-provider.client.tsx';
import { Button, buttonClass } from '#components/ui/button.tsx';
import { DegradedNote } from '#components/ui/degraded-note.client.tsx';
import { Notice } from '#components/ui/notice.tsx';
import type { ViolationFilter, ViolationRow, ViolationsPageResult } from '#generated/documents.ts';
import { arrived, refreshed } from '#lib/live-violations.ts';
import { type IgnoredValue, matchesFilter, type ViolationQuery, violationHref } from '#lib/violation-query.ts';
import { count } from '#lib/words.ts';
import { useListKeys } from './use-list-keys.client.ts';
import { ViolationListRow } from './violation-row.client.tsx';

interface Props {
  readonly page: ViolationsPageResult['violations'];
  readonly query: ViolationQuery;
  readonly filter: ViolationFilter;
  /** Values of the address that the page does not use. */
  readonly ignored: readonly IgnoredValue[];
}

/**
 * One page of violations, newest first. Rows change in place as their violations go on; new ones wait behind a pill
 * until asked for, so nothing moves under the reader.
 */
export function ViolationList({ page, query, filter, ignored }: Props) {
  const warnings = [...ignored, ...page.warnings];
  const latest = useLatestViolations(page.cursor);
  const [shown, setShown] = useState<ReadonlySet<string>>(new Set());
  const loaded = useMemo(() => page.edges.map(edge => edge.node), [page]);
  const newestPage = query.after === undefined;
  const fresh = newestPage ? arrived(loaded, latest).filter(one => matchesFilter(filter, one)) : [];
  const isShown = (one: ViolationRow): boolean => loaded.length === 0 || shown.has(one.violationId);
  const taken = fresh.filter(isShown);
  const waiting = fresh.filter(one => !isShown(one));
  const rows = [...taken, ...refreshed(loaded, latest)];
  const show = (): void => {
    setShown(new Set(fresh.map(one => one.violationId)));
    window.scrollTo({ top: 0, behavior: 'smooth' });
  };
  useListKeys(waiting.length > 0 ? show : undefined);
  if (rows.length === 0 && waiting.length === 0)
    return (
      <>
        <FilterWarnings warnings={warnings} />
        {page.degraded ? <DegradedNote /> : <NoViolations query={query} />}
      </>
    );
  return (
    <>
      <FilterWarnings warnings={warnings} />
      <p className="mb-3 flex items-center gap-2 text-sm text-muted">
        <span>
          <span data-testid="violation-count" className="numeric font-semibold text-ink">
            {page.totalCount + fresh.length}
          </span>{' '}
          {page.totalCount + fresh.length === 1 ? 'violation' : 'violations'}, newest first
        </span>
        {page.degraded && <DegradedNote />}
      </p>
      {waiting.length > 0 && <NewPill waiting={waiting} onShow={show} />}
      <ol className="card divide-y divide-line overflow-hidden">
        {rows.map(violation => (
          <ViolationListRow
            key={violation.violationId}
            violation={violation}
            query={query}
            arrived={shown.has(violation.violationId)}
          />
        ))}
      </ol>
      <Paging page={page} query={query} />
    </>
  );
}

/** Values of the address that the page ignores, and values that name nothing that exists now. */
function FilterWarnings({ warnings }: { readonly warnings: readonly Omit<IgnoredValue, 'field'>[] }) {
  if (warnings.length === 0) return null;
  return (
    <div role="status" className="mb-3 rounded-lg bg-warn-soft px-3 py-2 text-sm text-warn">
      <ul>
        {warnings.map(({ message }) => (
          <li key={message}>{message.charAt(0).toUpperCase() + message.slice(1)}.</li>
        ))}
      </ul>
    </div>
  );
}

function NewPill({ waiting, onShow }: { readonly waiting: readonly ViolationRow[]; readonly onShow: () => void }) {
  return (
    <div className="print:hidden pointer-events-none sticky top-24 z-20 flex h-0 justify-center">
      <Button
        kind="primary"
        onClick={onShow}
        className="pointer-events-auto -mt-7 h-8 animate-arrive rounded-full! px-4 shadow-(--shadow-pop)"
      >
        <ArrowUp aria-hidden="true" /> {waiting.length} new
      </Button>
    </div>
  );
}

function Paging({ page, query }: Pick<Props, 'page' | 'query'>) {
  const { hasNextPage, endCursor } = page.pageInfo;
  const { after, ...first } = query;
  return (
    <nav aria-label="Pages of the list" className="print:hidden mt-4 flex items-center justify-between">
      {after === undefined ? (
        <span />
      ) : (
        <Link href={violationHref(first)} className={buttonClass()}>
          <ArrowLeft aria-hidden="true" /> Newest
        </Link>
      )}
      {hasNextPage && endCursor ? (
        <Link href={violationHref({ ...first, after: endCursor })} className={buttonClass()}>
          Older <ArrowRight aria-hidden="true" />
        </Link>
      ) : (
        <span className="text-xs text-faint">{count(page.edges.length, 'violation')} on this page, none older</span>
      )}
    </nav>
  );
}

function NoViolations({ query }: { readonly query: ViolationQuery }) {
  const filtered = Object.keys(query).length > 0;
  return (
    <div className="card">
      <Notice
        icon={ShieldCheck}
        title={filtered ? 'No violation fits these filters' : 'No violation so far'}
        actions={
          filtered && (
            <Link href="/violations" className={buttonClass()}>
              Clear all filters
            </Link>
          )
        }
      >
        {filtered
          ? 'Widen the dates or take a filter away.'
          : 'When a rule is broken, it appears here the moment it opens, with its picture.'}
      </Notice>
    </div>
  );
}
