import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { cache } from 'react';
import { ViolationDetail } from '#components/violation/violation-detail.client.tsx';
import { ViolationFilterChoices, ViolationPage } from '#generated/documents.ts';
import { filterTimeZone } from '#lib/filter-time-zone.ts';
import { ask, notThere } from '#lib/gateway.server.ts';
import { askWithout, parseViolationQuery, toViolationFilter, type ViolationQuery } from '#lib/violation-query.ts';
import { cameraName, violationTitle } from '#lib/words.ts';

type Props = PageProps<'/violations/[id]'>;

/** The page's one question; the title and the page share its answer. */
const find = cache(async (params: Props['params'], searchParams: Props['searchParams']) => {
  const id = decodeURIComponent((await params).id);
  const read = parseViolationQuery(await searchParams);
  const timeZone = await timeZoneOf(read.query);
  const { query, answer } = await askWithout(read, filters =>
    ask(ViolationPage, { id, filter: toViolationFilter(filters, timeZone) }),
  ).catch(notThere);
  const filter = toViolationFilter(query, timeZone);
  const { violation, violations } = answer;
  return violation ? { violation, cursor: violations.cursor, query, filter } : notFound();
});

/** The zone of the filter's days; that of a filter without days does not matter. */
async function timeZoneOf(query: ViolationQuery): Promise<string> {
  if (query.from === undefined && query.to === undefined) return 'UTC';
  return filterTimeZone(query, await ask(ViolationFilterChoices, {}));
}

export async function generateMetadata({ params, searchParams }: Props): Promise<Metadata> {
  const { violation } = await find(params, searchParams);
  return { title: `${violationTitle(violation.violationType)}, ${cameraName(violation)}` };
}

export default async function ViolationRoute({ params, searchParams }: Props) {
  return <ViolationDetail {...(await find(params, searchParams))} />;
}
