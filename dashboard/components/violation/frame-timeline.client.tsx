import { clsx } from 'clsx';
import type { FrameShape, ViolationWhole } from '#generated/documents.ts';
import { clockTime, duration } from '#lib/store-time.ts';

/** First, peak and last frame on the violation's own span of camera time. */
export function FrameTimeline({
  violation,
  timeZone,
}: {
  readonly violation: ViolationWhole;
  readonly timeZone: string;
}) {
  const { first, peak, last } = violation.lineage;
  const startMs = Date.parse(first.capturedAt);
  const spanMs = Math.max(1, Date.parse(last.capturedAt) - startMs);
  const at = (frame: FrameShape): number => (100 * (Date.parse(frame.capturedAt) - startMs)) / spanMs;
  const open = violation.state === 'OPEN';
  return (
    <section aria-labelledby="timeline" className="card p-4 sm:p-5">
      <div className="flex items-baseline justify-between">
        <h2 id="timeline" className="font-semibold">
          Timeline
        </h2>
        <p className="numeric text-xs text-muted">{duration(violation.durationMs)}</p>
      </div>
      <div className="relative mx-1.5 mt-6 mb-3 h-2 rounded-full bg-danger-soft" aria-hidden="true">
        <div className={clsx('absolute inset-0 rounded-full bg-danger/40', open && 'animate-breathe')} />
        <Mark percent={0} />
        <Mark percent={at(peak)} peak />
        <Mark percent={100} />
      </div>
      <ol className="grid grid-cols-3 gap-3 text-[0.8125rem]">
        <Frame name="First" frame={first} fromStartMs={0} timeZone={timeZone} className="text-left" />
        <Frame
          name="Peak (the still)"
          frame={peak}
          fromStartMs={Date.parse(peak.capturedAt) - startMs}
          timeZone={timeZone}
          className="text-center"
        />
        <Frame
          name={open ? 'Last so far' : 'Last'}
          frame={last}
          fromStartMs={spanMs === 1 ? 0 : spanMs}
          timeZone={timeZone}
          className="text-right"
        />
      </ol>
    </section>
  );
}

function Mark({ percent, peak = false }: { readonly percent: number; readonly peak?: boolean }) {
  return (
    <span
      className={clsx(
        'absolute top-1/2 -translate-x-1/2 -translate-y-1/2 rounded-full border-2 border-surface bg-danger',
        peak ? 'z-10 size-5 ring-2 ring-danger' : 'size-3.5',
      )}
      style={{ left: `${percent}%` }}
    />
  );
}

function Frame({
  name,
  frame,
  fromStartMs,
  timeZone,
  className,
}: {
  readonly name: string;
  readonly frame: FrameShape;
  readonly fromStartMs: number;
  readonly timeZone: string;
  readonly className: string;
}) {
  return (
    <li className={className}>
      <p className="font-medium">{name}</p>
      <p className="numeric text-muted">{clockTime(frame.capturedAt, timeZone)}</p>
      <p className="numeric text-xs text-faint">
        +{(fromStartMs / 1000).toFixed(1)} s · frame {frame.sequence}
      </p>
    </li>
  );
}
