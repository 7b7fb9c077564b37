'use client';

import { CircleAlert, FlaskConical, Ghost, History, Play, RotateCcw, Trash2 } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { Badge } from '#components/ui/badge.tsx';
import { Button } from '#components/ui/button.tsx';
import { RelativeTime } from '#components/ui/relative-time.client.tsx';
import {
  type ModelChange,
  type ModelPageResult,
  RemoveModelVersion,
  ServeModelVersion,
  SetModelCandidate,
  SetModelShadow,
  TryModelVersionAgain,
} from '#generated/documents.ts';
import { askFromBrowser } from '#lib/gateway.client.ts';
import { megabytes, milliseconds } from '#lib/model-words.ts';
import { refusalOf } from '#lib/refusal-of.client.ts';

type Model = NonNullable<ModelPageResult['model']>;
type Uploaded = NonNullable<Model['uploaded']>;
type Version = Uploaded['versions'][number];

/** Shares of the cameras that a candidate can have. */
const SHARES = [5, 10, 25, 50] as const;

/** The versions of a model, and what can be done with each. */
export function VersionList({
  model,
  uploaded,
  canChange,
}: {
  readonly model: Model;
  readonly uploaded: Uploaded;
  readonly canChange: boolean;
}) {
  const router = useRouter();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<{ readonly version: string; readonly message: string }>();
  const change = async (version: string, ask: () => Promise<ModelChange>): Promise<void> => {
    setBusy(true);
    const message = await refusalOf(ask);
    setBusy(false);
    setProblem(message === undefined ? undefined : { version, message });
    router.refresh();
  };
  const of = { name: model.name, expectedVersion: uploaded.entityVersion };
  return (
    <section aria-labelledby="versions">
      <h2 id="versions" className="mb-3 font-semibold">
        Versions
      </h2>
      <ul className="flex flex-col gap-3">
        {uploaded.versions.map(version => (
          <li key={version.version} data-testid="model-version" data-version={version.version} className="card p-4">
            <div className="flex flex-wrap items-center gap-2">
              <h3 className="font-medium">Version {version.version}</h3>
              <Standing version={version.version} serving={model.version} uploaded={uploaded} />
              {isOut(model, version) && (
                <Badge tone="danger" icon={CircleAlert}>
                  Does not work
                </Badge>
              )}
              <span className="ml-auto text-xs text-muted">
                <RelativeTime iso={version.addedAt} timeZone="UTC" />
              </span>
            </div>
            <p className="numeric mt-1 text-[0.8125rem] text-muted">{factsOf(version)}</p>
            {canChange && isOut(model, version) && (
              <Button
                disabled={busy}
                className="mt-3"
                onClick={() =>
                  change(version.version, async () => {
                    const given = { name: model.name, version: version.version };
                    return (await askFromBrowser(TryModelVersionAgain, given)).tryModelVersionAgain;
                  })
                }
              >
                <RotateCcw aria-hidden="true" /> Try it again
              </Button>
            )}
            {canChange && (
              <Actions
                version={version.version}
                serving={model.version}
                uploaded={uploaded}
                busy={busy}
                onServe={() =>
                  change(version.version, async () => {
                    const answer = await askFromBrowser(ServeModelVersion, { ...of, version: version.version });
                    return answer.serveModelVersion;
                  })
                }
                onTrial={percent =>
                  change(version.version, async () => {
                    const given = { ...of, version: version.version, percent };
                    return (await askFromBrowser(SetModelCandidate, given)).setModelCandidate;
                  })
                }
                onShadow={isShadow =>
                  change(version.version, async () => {
                    const given = { ...of, version: isShadow ? version.version : null };
                    return (await askFromBrowser(SetModelShadow, given)).setModelShadow;
                  })
                }
                onRemove={() =>
                  change(version.version, async () => {
                    const given = { name: model.name, version: version.version };
                    return (await askFromBrowser(RemoveModelVersion, given)).removeModelVersion;
                  })
                }
              />
            )}
            <p role="alert" className="mt-2 text-[0.8125rem] font-medium text-danger empty:hidden">
              {problem?.version === version.version && problem.message}
            </p>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** True: an inference process does not use this version. */
const isOut = ({ processes }: Model, { version }: Version): boolean =>
  processes.some(process => process.version === version && process.state === 'FAILED');

interface Standings {
  readonly version: string;
  readonly serving: string;
  readonly uploaded: Uploaded;
}

function Standing({ version, serving, uploaded: { candidate, previous, shadow } }: Standings) {
  if (version === serving)
    return (
      <Badge tone="ok" icon={Play}>
        Serves
      </Badge>
    );
  if (candidate?.version === version)
    return (
      <Badge tone="accent" icon={FlaskConical}>
        On trial on {candidate.percent} % of the cameras
      </Badge>
    );
  if (shadow === version) return <Badge icon={Ghost}>Shadow</Badge>;
  if (previous === version) return <Badge icon={History}>Served before</Badge>;
  return null;
}

function Actions({
  version,
  serving,
  uploaded: { candidate, previous, shadow },
  busy,
  onServe,
  onTrial,
  onShadow,
  onRemove,
}: Standings & {
  readonly busy: boolean;
  readonly onServe: () => void;
  readonly onTrial: (percent: number) => void;
  readonly onShadow: (isShadow: boolean) => void;
  readonly onRemove: () => void;
}) {
  if (version === serving) return null;
  const isOnTrial = candidate?.version === version;
  const isShadow = shadow === version;
  return (
    <div className="mt-3 flex flex-wrap gap-2">
      <Button kind="primary" disabled={busy} onClick={onServe}>
        {previous === version ? 'Roll back to this' : 'Let it serve'}
      </Button>
      {isOnTrial ? (
        <Button disabled={busy} onClick={() => onTrial(0)}>
          End the trial
        </Button>
      ) : (
        <select
          aria-label={`Trial of version ${version}`}
          disabled={busy || candidate !== null}
          value=""
          onChange={event => onTrial(Number(event.target.value))}
          className="h-9 rounded-lg border border-line-strong bg-surface px-2 text-sm"
        >
          <option value="" disabled>
            Trial on …
          </option>
          {SHARES.map(share => (
            <option key={share} value={share}>
              {share} % of the cameras
            </option>
          ))}
        </select>
      )}
      {(shadow === null || isShadow) && !isOnTrial && (
        <Button disabled={busy} onClick={() => onShadow(!isShadow)}>
          <Ghost aria-hidden="true" /> {isShadow ? 'End the shadow' : 'Compare as shadow'}
        </Button>
      )}
      {!isOnTrial && !isShadow && (
        <Button kind="quiet" disabled={busy} onClick={onRemove} aria-label={`Remove version ${version}`}>
          <Trash2 aria-hidden="true" /> Remove
        </Button>
      )}
    </div>
  );
}

const SHOWN_CLASSES = 6;

function factsOf({ classes, msPerPicture, memoryBytes, fileBytes, layout, licence }: Version): string {
  const more = classes.length - SHOWN_CLASSES;
  const names = classes.slice(0, SHOWN_CLASSES).join(', ') + (more > 0 ? ` and ${more} more` : '');
  return [
    names,
    `${milliseconds(msPerPicture)} of a core a picture`,
    `${megabytes(memoryBytes)} memory`,
    `file ${megabytes(fileBytes)}`,
    layout,
    licence,
  ].join(' · ');
}
