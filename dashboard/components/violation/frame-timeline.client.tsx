'use client';

import { clsx } from 'clsx';
import { useState } from 'react';
import type { ViolationWhole } from '#generated/documents.ts';
import { clockTime, duration, exactTime } from '#lib/store-time.ts';
import { type FrameRole, type NamedFrame, namedFrames } from '#lib/violation-frames.ts';
import { FrameDialog } from './frame-dialog.client.tsx';

/** First, peak and last frame on the violation's own span of camera time. Each opens its picture. */
export function FrameTimeline({
  violation,
  timeZone,
}: {
  readonly violation: ViolationWhole;
  readonly timeZone: string;
}) {
  const [shown, setShown] = useState<FrameRole>();
  const open = violation.state === 'OPEN';
  const frames = namedFrames(violation);
  return (
    <section aria-labelledby="timeline" className="card p-4 sm:p-5">
      <div className="flex items-baseline justify-between">
        <h2 id="timeline" className="font-semibold">
          Timeline
        </h2>
        <p className="numeric text-xs text-muted">{duration(violation.durationMs)}</p>
      </div>
      <div className="relative mx-2.5 mt-3 h-40">
        <div className="absolute inset-x-0 top-1/2 h-2 -translate-y-1/2 rounded-full bg-danger-soft" aria-hidden="true">
          <div className={clsx('absolute inset-0 rounded-full bg-danger/40', open && 'animate-breathe')} />
        </div>
        <ol>
          {frames.map(frame => (
            <li key={frame.role}>
              <Mark percent={frame.percent} peak={frame.role === 'STILL'} />
              <Label frame={frame} timeZone={timeZone} onOpen={() => setShown(frame.role)} />
            </li>
          ))}
        </ol>
      </div>
      <FrameDialog
        violation={violation}
        frames={frames}
        shown={shown}
        timeZone={timeZone}
        onShow={setShown}
        onClose={() => setShown(undefined)}
      />
    </section>
  );
}

function Mark({ percent, peak }: { readonly percent: number; readonly peak: boolean }) {
  return (
    <span
      aria-hidden="true"
      data-testid="frame-mark"
      className={clsx(
        'absolute top-1/2 -translate-x-1/2 -translate-y-1/2 rounded-full border-2 border-surface bg-danger',
        peak ? 'z-10 size-5 ring-2 ring-danger' : 'size-3.5',
      )}
      style={{ left: `${percent}%` }}
    />
  );
}

/** Its mark lies above or below it. That of the peak stands over the line, so that it never meets one of the edges. */
function Label({
  frame: { role, name, frame, percent, fromStartMs },
  timeZone,
  onOpen,
}: {
  readonly frame: NamedFrame;
  readonly timeZone: string;
  readonly onOpen: () => void;
}) {
  return (
    <button
      type="button"
      data-testid="frame-label"
      onClick={onOpen}
      aria-haspopup="dialog"
      style={{ left: `${percent}%`, transform: `translateX(-${percent}%)` }}
      className={clsx(
        'absolute w-max max-w-1/2 rounded-md px-1 py-0.5 text-[0.8125rem] hover:bg-raised',
        role === 'STILL' ? 'bottom-[calc(50%+0.875rem)]' : 'top-[calc(50%+0.75rem)]',
        percent < 34 ? 'text-left' : percent > 66 ? 'text-right' : 'text-center',
      )}
    >
      <span className="block font-medium underline decoration-line-strong underline-offset-3">{name}</span>
      <span className="numeric block text-muted print:hidden">{clockTime(frame.capturedAt, timeZone)}</span>
      <span className="numeric hidden text-muted print:block">{exactTime(frame.capturedAt, timeZone)}</span>
      <span className="numeric block text-xs text-faint">
        +{(fromStartMs / 1000).toFixed(1)} s · frame {frame.sequence}
      </span>
    </button>
  );
}
