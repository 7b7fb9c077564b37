'use client';

import { ArrowLeft, ArrowRight } from 'lucide-react';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { HourBars } from '#components/live/hour-bars.client.tsx';
import { useHeardViolations } from '#components/live/live-provider.client.tsx';
import { ModelNote } from '#components/live/model-note.tsx';
import { useCameraStates } from '#components/live/use-camera-states.client.ts';
import { ViolationCard } from '#components/violation/violation-card.client.tsx';
import type { CameraPageResult, ViolationRow } from '#generated/documents.ts';
import { arrived, latestSince, openChange, openedSince, refreshed } from '#lib/live-violations.ts';
import { videoFileOf } from '#lib/video-file.ts';
import { WEBCAM_URL } from '#lib/webcam-problem.ts';
import { count } from '#lib/words.ts';
import { AddRule } from './add-rule.client.tsx';
import { type Camera, LiveStage } from './live-stage.client.tsx';
import type { Removable } from './remove.client.ts';
import { RemoveDialog } from './remove-dialog.client.tsx';
import { RuleCard } from './rule-card.tsx';
import { SourcePanel } from './source-panel.client.tsx';
import { WebcamPanel } from './webcam-panel.client.tsx';

type Page = CameraPageResult & { readonly camera: Camera; readonly since: string };

export function CameraView({ page, canEdit }: { readonly page: Page; readonly canEdit: boolean }) {
  const router = useRouter();
  const [camera = page.camera] = useCameraStates([page.camera]);
  const { violations: list, openNow, violationStatistics: statistics } = page;
  const all = useHeardViolations(list.cursor, openNow.cursor, statistics.cursor);
  const latest = latestSince(all, list.cursor);
  const loaded = list.edges.map(edge => edge.node);
  const fresh = arrived(loaded, latest).filter(one => one.cameraId === camera.cameraId);
  const violations = [...fresh, ...refreshed(loaded, latest)];
  const open = openNow.total + (openChange(all, openNow.cursor).get(camera.cameraId) ?? 0);
  const opened = openedSince(all, statistics.cursor, page.since).get(camera.cameraId) ?? 0;
  return (
    <div className="mx-auto max-w-[110rem]">
      <Link
        href="/"
        className="mb-3 inline-flex items-center gap-1.5 rounded text-[0.8125rem] text-muted hover:text-ink"
      >
        <ArrowLeft className="size-3.5" aria-hidden="true" /> Live wall
      </Link>
      <div className="grid items-start gap-5 lg:grid-cols-[minmax(0,2fr)_minmax(19rem,1fr)]">
        <div className="flex min-w-0 flex-col gap-5">
          <LiveStage
            camera={camera}
            open={open}
            canEdit={canEdit}
            lastStill={violations.find(one => one.still?.url)?.still?.url ?? null}
          />
          {canEdit && camera.url === WEBCAM_URL && <WebcamPanel cameraId={camera.cameraId} />}
          <section aria-label="Rules" className="grid gap-5 md:grid-cols-2">
            {camera.rules.map(rule => (
              <RuleCard
                key={rule.ruleId}
                rule={rule}
                zoneName={camera.zones.find(zone => zone.zoneId === rule.zoneId)?.name ?? null}
                actions={
                  canEdit && (
                    <RemoveDialog
                      removable={{ kind: 'rule', id: rule.ruleId, version: rule.version, name: rule.name, withIt: [] }}
                      onRemoved={() => router.refresh()}
                    />
                  )
                }
              />
            ))}
            {canEdit && <AddRule camera={camera} />}
          </section>
          <SourcePanel cameraId={camera.cameraId} first={camera.sourceNow} />
          <div className="flex flex-wrap items-center justify-between gap-3">
            <ModelNote models={camera.plan} />
            {canEdit && (
              <RemoveDialog
                removable={removableCamera(camera)}
                note={fileNote(camera)}
                onRemoved={() => router.push('/')}
              />
            )}
          </div>
        </div>
        <Recent
          camera={camera}
          total={statistics.total}
          fresh={opened}
          steps={statistics.overTime}
          violations={violations}
        />
      </div>
    </div>
  );
}

function removableCamera({ cameraId, version, name, zones, rules }: Camera): Removable {
  const withIt = [...zones.map(zone => `the zone “${zone.name}”`), ...rules.map(rule => `the rule “${rule.name}”`)];
  return { kind: 'camera', id: cameraId, version, name, withIt };
}

/** Says what becomes of the file of a removed recording; undefined: the camera is no recording. */
function fileNote(camera: Camera): string | undefined {
  const fileName = videoFileOf(camera);
  return (
    fileName &&
    `The file ${fileName} stays in the folder and is not read again, under any name. The live wall lists it: there you can bring the camera back.`
  );
}

function Recent({
  camera,
  total: counted,
  fresh,
  steps,
  violations,
}: {
  readonly camera: Camera;
  readonly total: number;
  readonly fresh: number;
  readonly steps: CameraPageResult['violationStatistics']['overTime'];
  readonly violations: readonly ViolationRow[];
}) {
  const total = counted + fresh;
  return (
    <aside className="flex flex-col gap-4 lg:sticky lg:top-[4.75rem]">
      <section className="card p-4" aria-label="Last 24 hours">
        <p className="text-xs text-muted">Violations in 24 h</p>
        <p data-testid="violation-count" className="numeric mt-0.5 text-3xl font-semibold tracking-tight">
          {total}
        </p>
        <HourBars steps={steps} fresh={fresh} label={`${count(total, 'violation')} in the last 24 hours`} />
      </section>
      <section aria-labelledby="recent" className="card overflow-hidden">
        <div className="flex items-center justify-between px-4 pt-3.5 pb-2">
          <h2 id="recent" className="font-semibold">
            Recent violations
          </h2>
          <Link
            href={`/violations?cameraId=${encodeURIComponent(camera.cameraId)}`}
            className="inline-flex items-center gap-1 rounded text-xs text-muted hover:text-accent"
          >
            All <ArrowRight className="size-3.5" aria-hidden="true" />
          </Link>
        </div>
        {violations.length === 0 ? (
          <p className="px-4 pt-1 pb-5 text-sm text-muted">None so far on this camera.</p>
        ) : (
          <ul className="divide-y divide-line lg:max-h-[calc(100dvh-19.5rem)] lg:overflow-y-auto">
            {violations.slice(0, 12).map(violation => (
              <li key={violation.violationId}>
                <ViolationCard violation={violation} withCamera={false} />
              </li>
            ))}
          </ul>
        )}
      </section>
    </aside>
  );
}
