import type { Metadata } from 'next';
import { Suspense } from 'react';
import { FilterBar } from '#components/violation/filter-bar.client.tsx';
import { ViolationList } from '#components/violation/violation-list.client.tsx';
import { ViolationListSkeleton } from '#components/violation/violation-list-skeleton.tsx';
import { ViolationFilterChoices, ViolationsPage } from '#generated/documents.ts';
import { filterTimeZone } from '#lib/filter-time-zone.ts';
import { ask } from '#lib/gateway.server.ts';
import { parseViolationQuery, toViolationFilter, type ViolationQuery, violationHref } from '#lib/violation-query.ts';

export const metadata: Metadata = { title: 'Violations' };

const PAGE_SIZE = 50;

export default async function ViolationsRoute({ searchParams }: PageProps<'/violations'>) {
  const query = parseViolationQuery(await searchParams);
  const choices = await ask(ViolationFilterChoices, {});
  const timeZone = filterTimeZone(query, choices);
  return (
    <>
      <FilterBar query={query} choices={choices} timeZone={timeZone} />
      <Suspense key={violationHref(query)} fallback={<ViolationListSkeleton />}>
        <Violations query={query} timeZone={timeZone} />
      </Suspense>
    </>
  );
}

async function Violations({ query, timeZone }: { readonly query: ViolationQuery; readonly timeZone: string }) {
  const filter = toViolationFilter(query, timeZone);
  const variables = { filter, first: PAGE_SIZE, after: query.after ?? null };
  const { violations } = await ask(ViolationsPage, variables);
  return <ViolationList page={violations} query={query} filter={filter} />;
}
