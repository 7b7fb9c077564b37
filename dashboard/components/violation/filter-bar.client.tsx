'use client';

import { CalendarDays, Cctv, CircleDot, ShieldAlert, SignalHigh, Store, X } from 'lucide-react';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { useTransition } from 'react';
import type { ViolationFilterChoicesResult } from '#generated/documents.ts';
import { type ViolationQuery, violationHref } from '#lib/violation-query.ts';
import { riskWords, violationTitle } from '#lib/words.ts';
import { DateChip } from './date-chip.client.tsx';
import { FilterChip } from './filter-chip.client.tsx';

/** The filters of the list as chips. The address contains them all, so a view can be bookmarked. */
export function FilterBar({
  query,
  choices,
  timeZone,
}: {
  readonly query: ViolationQuery;
  readonly choices: ViolationFilterChoicesResult;
  readonly timeZone: string;
}) {
  const router = useRouter();
  const [pending, startTransition] = useTransition();
  const change = (part: ViolationQuery): void => {
    startTransition(() => router.push(violationHref({ ...query, ...part, after: undefined }), { scroll: false }));
  };
  const ofStore = ({ storeId }: { readonly storeId: string }) =>
    query.storeId === undefined || storeId === query.storeId;
  const stores = [
    ...choices.stores.map(store => ({ ...store, hint: undefined })),
    ...choices.removedStores.map(store => ({ ...store, hint: 'removed' })),
  ];
  const storeName = (storeId: string) => stores.find(store => store.storeId === storeId)?.name;
  const cameras = [
    ...choices.cameras.map(camera => ({ ...camera, hint: storeName(camera.storeId) })),
    ...choices.removedCameras.map(camera => ({ ...camera, hint: 'removed' })),
  ].filter(ofStore);
  const found = choices.cameras.flatMap(camera => camera.rules.map(rule => rule.violationType));
  const types = [...new Set([...found, ...(query.violationType === undefined ? [] : [query.violationType])])];
  const filtered = Object.keys(query).some(key => key !== 'after');
  return (
    <div className="mb-5 print:mb-2">
      <h1 className="mb-3 text-xl font-semibold tracking-tight">Violations</h1>
      <div
        data-pending={pending}
        className="flex flex-wrap items-center gap-2 transition-opacity data-[pending=true]:opacity-60"
      >
        <FilterChip
          name="Store"
          icon={Store}
          value={query.storeId}
          options={stores.map(({ storeId, name, hint }) => ({ value: storeId, name, hint }))}
          onChange={storeId => change({ storeId, cameraId: undefined })}
        />
        <FilterChip
          name="Camera"
          icon={Cctv}
          value={query.cameraId}
          options={cameras.map(camera => ({
            value: camera.cameraId,
            name: camera.name,
            hint: camera.hint,
          }))}
          onChange={cameraId => change({ cameraId })}
        />
        <FilterChip
          name="Type"
          icon={ShieldAlert}
          value={query.violationType}
          options={types.map(type => ({ value: type, name: violationTitle(type) }))}
          onChange={violationType => change({ violationType })}
        />
        <FilterChip
          name="State"
          icon={CircleDot}
          value={query.state}
          options={[
            { value: 'OPEN', name: 'Open' },
            { value: 'CLOSED', name: 'Closed' },
          ]}
          onChange={state => change({ state })}
        />
        <FilterChip
          name="Risk"
          icon={SignalHigh}
          value={query.riskLevel}
          options={(['HIGH', 'MEDIUM', 'LOW'] as const).map(risk => ({ value: risk, name: riskWords[risk] }))}
          onChange={riskLevel => change({ riskLevel })}
        />
        <DateChip icon={CalendarDays} from={query.from} to={query.to} timeZone={timeZone} onChange={change} />
        {filtered && (
          <Link
            href="/violations"
            className="print:hidden inline-flex h-8 items-center gap-1.5 rounded-full px-3 text-[0.8125rem] text-muted hover:bg-raised hover:text-ink"
          >
            <X className="size-3.5" aria-hidden="true" /> Clear all
          </Link>
        )}
      </div>
    </div>
  );
}
