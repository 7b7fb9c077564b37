import { clsx } from 'clsx';
import type { ReactNode } from 'react';
import { CopyButton } from '#components/ui/copy-button.client.tsx';
import type { FrameShape, ViolationWhole } from '#generated/documents.ts';

/** Everything that the decision rests on, exact enough to find and check it in the log. */
export function LineagePanel({ violation }: { readonly violation: ViolationWhole }) {
  const { lineage, cameraId } = violation;
  return (
    <section aria-labelledby="lineage" className="card overflow-hidden">
      <div className="px-4 pt-4 pb-2 sm:px-5">
        <h2 id="lineage" className="font-semibold">
          Lineage
        </h2>
        <p className="mt-0.5 text-xs text-muted">
          What this decision rests on. A replay of the log gives the same violation.
        </p>
      </div>
      <dl className="divide-y divide-line">
        <Value name="Violation" value={violation.violationId} />
        <FrameValue name="First frame" cameraId={cameraId} frame={lineage.first} />
        <FrameValue name="Peak frame" cameraId={cameraId} frame={lineage.peak} />
        <FrameValue name="Last frame" cameraId={cameraId} frame={lineage.last} />
        {lineage.models.map(({ model, version, sha256 }) => (
          <Value key={sha256} name="Model" value={sha256} title={`${model} ${version}`} prefix="sha256 " />
        ))}
        <Value name="Rule version" value={lineage.ruleVersion} title={violation.ruleId} />
        <Value name="Zone version" value={lineage.zoneVersion} title={violation.zoneId ?? 'the whole picture'} />
        <Value
          name="Control offset"
          value={String(lineage.controlOffset)}
          title="configuration in force when it opened"
        />
        {violation.still?.sha256 && (
          <Value name="Still" value={violation.still.sha256} prefix="sha256 " title="file kept as proof" />
        )}
      </dl>
    </section>
  );
}

/** A frame is (camera, epoch, sequence); the references say where its bytes and its judgement lie in the log. */
function FrameValue({
  name,
  cameraId,
  frame,
}: {
  readonly name: string;
  readonly cameraId: string;
  readonly frame: FrameShape;
}) {
  const identity = `${cameraId}/${frame.epoch}/${frame.sequence}`;
  return (
    <Entry name={name} copy={JSON.stringify({ cameraId, ...frame })}>
      <Code>{identity}</Code>
      <Code faint>{place(frame.detection)}</Code>
      {frame.frame ? (
        <>
          <Code faint>{place(frame.frame)}</Code>
          <Code faint>sha256 {frame.frame.sha256}</Code>
        </>
      ) : (
        <Code faint>unchanged: no picture of its own</Code>
      )}
      {frame.mediaTimeMs !== null && <Code faint>{(frame.mediaTimeMs / 1000).toFixed(2)} s into the recording</Code>}
    </Entry>
  );
}

function Value({
  name,
  value,
  title,
  prefix = '',
}: {
  readonly name: string;
  readonly value: string | null;
  readonly title?: string;
  readonly prefix?: string;
}) {
  return (
    <Entry name={name} copy={value}>
      {title && <span className="block truncate text-[0.8125rem]">{title}</span>}
      {value !== null && (
        <Code faint={title !== undefined}>
          {prefix}
          {value}
        </Code>
      )}
    </Entry>
  );
}

function Entry({
  name,
  copy,
  children,
}: {
  readonly name: string;
  readonly copy: string | null;
  readonly children: ReactNode;
}) {
  return (
    <div className="grid grid-cols-[6.5rem_minmax(0,1fr)] items-start gap-x-3 py-2.5 pr-2 pl-4 sm:pl-5">
      <dt className="pt-px text-[0.8125rem] text-muted">{name}</dt>
      <dd className="flex items-start gap-3">
        <div className="min-w-0 flex-1">{children}</div>
        {copy !== null && <CopyButton text={copy} what={name} />}
      </dd>
    </div>
  );
}

function Code({ children, faint = false }: { readonly children: ReactNode; readonly faint?: boolean }) {
  return (
    <code className={clsx('numeric block truncate font-mono text-xs leading-5', faint && 'text-faint')}>
      {children}
    </code>
  );
}

const place = ({ topic, partition, offset }: FrameShape['detection']): string => `${topic}[${partition}] at ${offset}`;
