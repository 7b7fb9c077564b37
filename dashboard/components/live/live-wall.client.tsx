'use client';

import { Plus } from 'lucide-react';
import Link from 'next/link';
import { type ReactNode, useMemo, useRef } from 'react';
import { buttonClass } from '#components/ui/button.tsx';
import type { CameraTile as Camera, LivePageResult } from '#generated/documents.ts';
import {
  arrived,
  type HeardViolations,
  latestSince,
  newestFirst,
  openChange,
  openedSince,
  refreshed,
} from '#lib/live-violations.ts';
import { CameraTile } from './camera-tile.client.tsx';
import { EndedRecordings } from './ended-recordings.client.tsx';
import { FileNotices } from './file-notices.client.tsx';
import { FullScreenButton } from './full-screen.client.tsx';
import { useHeardViolations } from './live-provider.client.tsx';
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

/** `since`: when the last day began; its violations are counted. */
export function LiveWall({
  page,
  since,
  canEdit,
}: {
  readonly page: LivePageResult;
  readonly since: string;
  readonly canEdit: boolean;
}) {
  const { violationStatistics: statistics, openNow, recent: list } = page;
  const all = useHeardViolations(statistics.cursor, openNow.cursor, list.cursor);
  const cameras = useCameraStates(page.cameras);
  const wall = useRef<HTMLDivElement>(null);
  useNewCameras(page);
  const { groups, ended } = useMemo(() => arranged(cameras), [cameras]);
  const known = useMemo(() => newestViolations(page, all), [page, all]);
  const opened = useMemo(() => openedSince(all, statistics.cursor, since), [all, statistics, since]);
  const counts = useMemo(() => added(statistics.byCamera, opened), [statistics, opened]);
  const open = useMemo(() => added(openNow.byCamera, openChange(all, openNow.cursor)), [openNow, all]);
  if (cameras.length === 0) return <NoCameras fileNotices={page.fileNotices} canEdit={canEdit} />;
  const tile = (camera: Camera) => (
    <CameraTile
      key={camera.cameraId}
      camera={camera}
      count={counts.get(camera.cameraId) ?? 0}
      lastStill={known.find(one => one.cameraId === camera.cameraId && one.still?.url)?.still?.url ?? null}
      open={open.get(camera.cameraId) ?? 0}
    />
  );
  return (
    <div className="grid items-start gap-x-6 gap-y-8 xl:grid-cols-[minmax(0,1fr)_22rem] min-[2200px]:grid-cols-[minmax(0,1fr)_28rem]">
      <h1 className="sr-only">Live wall</h1>
      <div
        ref={wall}
        className="flex min-w-0 flex-wrap content-start gap-x-5 gap-y-8 [&:fullscreen]:overflow-y-auto [&:fullscreen]:bg-canvas [&:fullscreen]:p-6"
      >
        <div className="-mb-4 flex w-full justify-end gap-2 print:hidden">
          {canEdit && (
            <Link href="/add-camera" prefetch={false} className={buttonClass('quiet')}>
              <Plus aria-hidden="true" /> Add camera
            </Link>
          )}
          <span className="max-sm:hidden">
            <FullScreenButton target={wall} />
          </span>
        </div>
        <FileNotices files={page.fileNotices} canEdit={canEdit} />
        {groups.map(group => (
          <section key={group.storeId} style={widthOf(group)}>
            <StoreHeading group={group} />
            <Tiles>{group.cameras.map(tile)}</Tiles>
          </section>
        ))}
        <EndedRecordings count={ended.length}>
          <Tiles>{ended.map(tile)}</Tiles>
        </EndedRecordings>
        <div className="w-full">
          <ModelNote models={cameras.flatMap(({ plan }) => plan)} />
        </div>
      </div>
      <LiveRail statistics={statistics} fresh={sum(opened)} open={sum(open)} recent={known.slice(0, 12)} />
    </div>
  );
}

/** Stores stand side by side where there is room for their tiles. The width of a tile has a limit. */
const widthOf = ({ cameras }: StoreGroup) => ({
  flex: `${cameras.length} 1 min(100%, ${cameras.length * 24}rem)`,
  maxWidth: `${cameras.length * 36}rem`,
});

function StoreHeading({ group }: { readonly group: StoreGroup }) {
  return (
    <div className="mb-3 flex items-baseline gap-2.5">
      <h2 className="text-[0.95rem] font-semibold">{group.name}</h2>
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

function Tiles({ children }: { readonly children: ReactNode }) {
  return <div className="grid grid-cols-[repeat(auto-fit,minmax(min(100%,23rem),1fr))] gap-4">{children}</div>;
}

/** The cameras by store; recordings that were read to their end are apart. */
function arranged(cameras: readonly Camera[]) {
  const { ended = [], running = [] } = Object.groupBy(cameras, camera => (isEnded(camera) ? 'ended' : 'running'));
  return { groups: byStore(running), ended };
}

const isEnded = ({ source, status }: Camera): boolean => source === 'FILE' && status?.state === 'ENDED';

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

/** The newest violations, each in its present state. */
function newestViolations({ recent }: LivePageResult, all: HeardViolations) {
  const loaded = recent.edges.map(edge => edge.node);
  const latest = latestSince(all, recent.cursor);
  return [...arrived(loaded, latest), ...refreshed(loaded, latest)].toSorted(newestFirst);
}

/** Counts by camera: those of the page plus the changes since. */
function added(
  counted: readonly { readonly cameraId: string; readonly count: number }[],
  since: ReadonlyMap<string, number>,
): ReadonlyMap<string, number> {
  const counts = new Map(counted.map(({ cameraId, count }) => [cameraId, count]));
  for (const [cameraId, change] of since) counts.set(cameraId, Math.max(0, (counts.get(cameraId) ?? 0) + change));
  return counts;
}

const sum = (counts: ReadonlyMap<string, number>): number =>
  [...counts.values()].reduce((total, one) => total + one, 0);
