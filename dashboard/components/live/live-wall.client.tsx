'use client';

import { useMemo } from 'react';
import type { CameraTile as Camera, LivePageResult, ViolationRow } from '#generated/documents.ts';
import { arrived, countsSince, newestFirst, refreshed } from '#lib/live-violations.ts';
import { BrokenFiles } from './broken-files.tsx';
import { CameraTile } from './camera-tile.client.tsx';
import { useLatestViolations } from './live-provider.client.tsx';
import { LiveRail } from './live-rail.client.tsx';
import { ModelNote } from './model-note.tsx';
import { NoCameras } from './no-cameras.tsx';
import { useCameraStates, useNewCameras } from './use-camera-states.client.ts';

interface StoreGroup {
  readonly storeId: string;
  readonly name: string;
  readonly city: string;
  readonly demo: boolean;
  readonly cameras: readonly Camera[];
}

export function LiveWall({ page }: { readonly page: LivePageResult }) {
  const latest = useLatestViolations();
  const cameras = useCameraStates(page.cameras);
  useNewCameras(page);
  const groups = useMemo(() => byStore(cameras), [cameras]);
  const { all, recent, open, sinceCounts } = useMemo(() => lists(page, latest), [page, latest]);
  const counts = new Map(page.violationStatistics.byCamera.map(one => [one.cameraId, one.count]));
  if (cameras.length === 0) return <NoCameras brokenFiles={page.brokenFiles} />;
  const fresh = [...sinceCounts.values()].reduce((sum, one) => sum + one, 0);
  return (
    <div className="grid items-start gap-x-6 gap-y-8 xl:grid-cols-[minmax(0,1fr)_22rem] min-[2200px]:grid-cols-[minmax(0,1fr)_28rem]">
      <h1 className="sr-only">Live wall</h1>
      <div className="flex min-w-0 flex-wrap content-start gap-x-5 gap-y-8">
        <BrokenFiles files={page.brokenFiles} />
        {groups.map(group => (
          <section key={group.storeId} aria-labelledby={`store-${group.storeId}`} style={widthOf(group)}>
            <StoreHeading group={group} />
            <div className="grid grid-cols-[repeat(auto-fit,minmax(min(100%,23rem),1fr))] gap-4">
              {group.cameras.map(camera => (
                <CameraTile
                  key={camera.cameraId}
                  camera={camera}
                  count={(counts.get(camera.cameraId) ?? 0) + (sinceCounts.get(camera.cameraId) ?? 0)}
                  lastStill={all.find(one => one.cameraId === camera.cameraId && one.still?.url)?.still?.url ?? null}
                  open={open.filter(one => one.cameraId === camera.cameraId).length}
                />
              ))}
            </div>
          </section>
        ))}
        <div className="w-full">
          <ModelNote />
        </div>
      </div>
      <LiveRail statistics={page.violationStatistics} fresh={fresh} open={open.length} recent={recent} />
    </div>
  );
}

/** Stores stand side by side where there is room for their tiles; a lone tile does not grow without end. */
const widthOf = ({ cameras }: StoreGroup) => ({
  flex: `${cameras.length} 1 min(100%, ${cameras.length * 24}rem)`,
  maxWidth: `${cameras.length * 36}rem`,
});

function StoreHeading({ group }: { readonly group: StoreGroup }) {
  return (
    <div className="mb-3 flex items-baseline gap-2.5">
      <h2 id={`store-${group.storeId}`} className="text-[0.95rem] font-semibold">
        {group.name}
      </h2>
      {group.city && <span className="text-sm text-muted">{group.city}</span>}
      {group.demo && (
        <span className="rounded-full border border-line-strong px-2 text-[0.6875rem] text-muted">demo</span>
      )}
      <span className="numeric ml-auto text-xs text-faint">
        {group.cameras.length} {group.cameras.length === 1 ? 'camera' : 'cameras'}
      </span>
    </div>
  );
}

function byStore(cameras: readonly Camera[]): readonly StoreGroup[] {
  const groups = Map.groupBy(cameras, camera => camera.storeId);
  return [...groups]
    .map(([storeId, own]) => {
      const store = own[0]?.store;
      return {
        storeId,
        name: store?.name ?? storeId,
        city: store?.city ?? '',
        demo: store?.demo ?? false,
        cameras: own,
      };
    })
    .sort((a, b) => a.name.localeCompare(b.name));
}

function lists(page: LivePageResult, latest: ReadonlyMap<string, ViolationRow>) {
  const loaded = page.recent.edges.map(edge => edge.node);
  const all = new Map([...page.open.edges.map(edge => edge.node), ...loaded].map(one => [one.violationId, one]));
  for (const one of arrived(loaded, latest)) all.set(one.violationId, one);
  const known = refreshed([...all.values()], latest).toSorted(newestFirst);
  return {
    all: known,
    recent: known.slice(0, 12),
    open: known.filter(one => one.state === 'OPEN'),
    sinceCounts: countsSince(loaded, latest),
  };
}
