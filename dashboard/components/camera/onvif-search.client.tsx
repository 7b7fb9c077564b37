'use client';

import { clsx } from 'clsx';
import { CircleAlert, RefreshCw } from 'lucide-react';
import { useCallback, useEffect, useState } from 'react';
import { Badge } from '#components/ui/badge.tsx';
import { Button } from '#components/ui/button.tsx';
import type { FoundCamera } from '#generated/documents.ts';
import { findOnvifCameras } from './onvif.client.ts';

/** How long the gateway waits for answers. */
const SEARCH_MS = 4_000;
const TICK_MS = 100;

type Search = Awaited<ReturnType<typeof findOnvifCameras>>;

/** Searches the gateway's networks and lists the cameras that answered. `picked`: address of the chosen one. */
export function OnvifSearch({
  picked,
  onPick,
}: {
  readonly picked: string;
  readonly onPick: (camera: FoundCamera) => void;
}) {
  const [search, setSearch] = useState<Search>();
  const start = useCallback(() => {
    let isGone = false;
    setSearch(undefined);
    void findOnvifCameras().then(found => {
      if (!isGone) setSearch(found);
    });
    return () => {
      isGone = true;
    };
  }, []);
  useEffect(start, [start]);
  return (
    <section aria-label="Cameras in this network" className="flex flex-col gap-2">
      <div className="flex h-9 items-center justify-between gap-2">
        <h2 className="text-sm font-medium">Cameras in this network</h2>
        {search && (
          <Button kind="quiet" className="-mr-3.5" onClick={start}>
            <RefreshCw aria-hidden="true" /> Search again
          </Button>
        )}
      </div>
      {/* Of one height, so that nothing below jumps when the answers come. */}
      <div className="flex h-80 flex-col gap-2 overflow-y-auto rounded-lg border border-line p-3 sm:h-52">
        {search === undefined && <Progress />}
        <div role="status" className="text-sm empty:hidden">
          {search?.kind === 'refused' && (
            <p className="flex gap-2 text-danger">
              <CircleAlert className="mt-0.5 size-4 shrink-0" aria-hidden="true" />
              {search.message}
            </p>
          )}
          {search?.kind === 'found' && search.cameras.length > 0 && (
            <p className="text-muted">
              {search.cameras.length === 1 ? 'One camera answered.' : `${search.cameras.length} cameras answered.`}{' '}
              Choose one, then give its login.
            </p>
          )}
          {search?.kind === 'found' && search.cameras.length === 0 && <NothingFound askedFrom={search.askedFrom} />}
        </div>
        {search?.kind === 'found' && search.cameras.length > 0 && (
          <ul className="flex flex-col gap-2">
            {search.cameras.map(camera => (
              <li key={camera.onvifUrl}>
                <FoundButton camera={camera} isPicked={camera.onvifUrl === picked} onPick={onPick} />
              </li>
            ))}
          </ul>
        )}
      </div>
    </section>
  );
}

function Progress() {
  const [passedMs, setPassedMs] = useState(0);
  useEffect(() => {
    const ticking = setInterval(() => setPassedMs(ms => ms + TICK_MS), TICK_MS);
    return () => clearInterval(ticking);
  }, []);
  return (
    <>
      <progress value={Math.min(passedMs, SEARCH_MS)} max={SEARCH_MS} aria-label="Search" className="h-1.5 w-full" />
      <p className="text-sm text-muted">
        {passedMs <= SEARCH_MS ? 'Asking the network, for four seconds …' : 'Reading the answers …'}
      </p>
    </>
  );
}

function NothingFound({ askedFrom }: { readonly askedFrom: readonly string[] }) {
  return (
    <div>
      <p className="font-medium">No camera answered.</p>
      <ul className="mt-1.5 flex list-disc flex-col gap-1 pl-5 text-muted">
        <li>Is ONVIF turned on in the camera’s settings? Many cameras come with it turned off.</li>
        <li>
          Is the camera in the same network as Sightline ({askedFrom.join(', ')})? The search passes no router, VLAN or
          container network.
        </li>
        <li>Does a firewall let UDP port 3702 through?</li>
      </ul>
      <p className="mt-1.5 text-muted">
        A camera that the search does not reach can still be asked: type its address below.
      </p>
    </div>
  );
}

function FoundButton({
  camera,
  isPicked,
  onPick,
}: {
  readonly camera: FoundCamera;
  readonly isPicked: boolean;
  readonly onPick: (camera: FoundCamera) => void;
}) {
  const { onvifUrl, name, hardware, location, known } = camera;
  const title = name ?? hardware ?? 'Camera without a name';
  const details = [new URL(onvifUrl).host, ...[hardware, location].filter(text => text !== null && text !== title)];
  return (
    <button
      type="button"
      aria-pressed={isPicked}
      onClick={() => onPick(camera)}
      className={clsx(
        'flex w-full flex-wrap items-center justify-between gap-x-3 gap-y-1 rounded-lg border px-3 py-2.5 text-left transition',
        isPicked ? 'border-accent bg-accent-soft' : 'border-line-strong hover:bg-raised',
      )}
    >
      <span className="min-w-0">
        <span className="block truncate text-sm font-medium">{title}</span>
        <span className="block truncate text-xs text-muted">{details.join(' · ')}</span>
      </span>
      {known.length > 0 && <Badge>Already here: {known.map(one => one.name).join(', ')}</Badge>}
    </button>
  );
}
