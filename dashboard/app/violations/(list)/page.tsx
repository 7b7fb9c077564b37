import type { Metadata } from 'next';
import { Suspense } from 'react';
import { FilterBar } from '#components/violation/filter-bar.client.tsx';
import { ViolationList } from '#components/violation/violation-list.client.tsx';
import { ViolationListSkeleton } from '#components/violation/violation-list-skeleton.tsx';
import { ViolationFilterChoices, ViolationsPage } from '#generated/documents.ts';
import { filterTimeZone } from '#lib/filter-time-zone.ts';
import { ask } from '#lib/gateway.server.ts';
import {
  askWithout,
  parseViolationQuery,
  type ReadQuery,
  toViolationFilter,
  violationHref,
} from '#lib/violation-query.ts';

export const metadata: Metadata = { title: 'Violations' };

const PAGE_SIZE = 50;

export default async function ViolationsRoute({ searchParams }: PageProps<'/violations'>) {
  const read = parseViolationQuery(await searchParams);
  const { query } = read;
  const choices = await ask(ViolationFilterChoices, {});
  const timeZone = filterTimeZone(query, choices);
  return (
    <>
      <FilterBar query={query} choices={choices} timeZone={timeZone} />
      <Suspense key={violationHref(query)} fallback={<ViolationListSkeleton />}>
        <Violations read={read} timeZone={timeZone} />
      </Suspense>
    </>
  );
}

async function Violations({ read, timeZone }: { readonly read: ReadQuery; readonly timeZone: string }) {
  const { query, ignored, answer } = await askWithout(read, ({ after, ...filters }) =>
    ask(ViolationsPage, { filter: toViolationFilter(filters, timeZone), first: PAGE_SIZE, after: after ?? null }),
  );
  const filter = toViolationFilter(query, timeZone);
  return <ViolationList page={answer.violations} query={query} filter={filter} ignored={ignored} />;
}
