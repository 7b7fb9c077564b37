import type { ReactNode } from 'react';
import type { ViolationWhole } from '#generated/documents.ts';
import { duration, exactTime } from '#lib/store-time.ts';
import { closeReasonWords, count, violationMeaning } from '#lib/words.ts';

export function WhatHappened({
  violation,
  zoneName,
  timeZone,
}: {
  readonly violation: ViolationWhole;
  readonly zoneName: string | null;
  readonly timeZone: string;
}) {
  const { rule } = violation;
  const open = violation.state === 'OPEN';
  return (
    <section aria-labelledby="what" className="card p-4 sm:p-5">
      <h2 id="what" className="font-semibold">
        What happened
      </h2>
      <p className="mt-1.5 text-pretty">
        {violationMeaning(violation.violationType, zoneName)} {open ? 'It is still going on, for' : 'It lasted'}{' '}
        <strong className="numeric font-semibold">{duration(violation.durationMs)}</strong>, seen on{' '}
        {count(violation.framesObserved, 'frame')}.
      </p>
      <dl className="mt-4 grid grid-cols-[auto_minmax(0,1fr)] gap-x-5 gap-y-2 text-[0.8125rem]">
        <Fact name="Began">{exactTime(violation.startedAt, timeZone)}</Fact>
        <Fact name={open ? 'Last seen' : 'Ended'}>{exactTime(violation.lastSeenAt, timeZone)}</Fact>
        {violation.closeReason && <Fact name="Closed because">{closeReasonWords[violation.closeReason]}</Fact>}
        <Fact name="Zone">{zoneName ?? (violation.zoneId === null ? 'The whole picture' : violation.zoneId)}</Fact>
        {rule && (
          <Fact name="Rule">
            {rule.name}: at least {duration(rule.minDurationMs)}, gaps up to {duration(rule.gapMs)}
          </Fact>
        )}
      </dl>
    </section>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <>
      <dt className="text-muted">{name}</dt>
      <dd className="numeric min-w-0 break-words">{children}</dd>
    </>
  );
}
