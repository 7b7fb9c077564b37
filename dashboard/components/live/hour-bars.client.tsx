'use client';

import { clsx } from 'clsx';
import { useNowMs } from '#components/ui/relative-time.client.tsx';

const HOUR_MS = 3_600_000;

/** Violations of the last 24 hours as bars. An hour without a step had none. `fresh`: violations since the steps were counted. */
export function HourBars({
  steps,
  fresh,
  label,
}: {
  readonly steps: readonly { readonly time: string; readonly count: number }[];
  readonly fresh: number;
  readonly label: string;
}) {
  const nowMs = useNowMs();
  const counts = new Map(steps.map(step => [Math.floor(Date.parse(step.time) / HOUR_MS), step.count]));
  const last = Math.floor(nowMs / HOUR_MS);
  counts.set(last, (counts.get(last) ?? 0) + fresh);
  const hours = Array.from({ length: 24 }, (_, index) => last - 23 + index);
  const most = Math.max(1, ...hours.map(hour => counts.get(hour) ?? 0));
  return (
    <div role="img" aria-label={label} className="mt-4">
      <div className="flex h-12 items-end gap-[3px]">
        {hours.map(hour => {
          const count = counts.get(hour) ?? 0;
          return (
            <div
              key={hour}
              className="flex h-full flex-1 items-end"
              title={`${hour === last ? 'This hour' : `${last - hour} h ago`}: ${count}`}
            >
              <div
                className={clsx(
                  'w-full rounded-[2px]',
                  count === 0 ? 'bg-line' : hour === last ? 'bg-accent' : 'bg-accent/55',
                )}
                style={{ height: count === 0 ? 2 : `${Math.max(12, (count / most) * 100)}%` }}
              />
            </div>
          );
        })}
      </div>
      <div className="mt-1.5 flex justify-between text-[0.6875rem] text-faint" aria-hidden="true">
        <span>24 h ago</span>
        <span>now</span>
      </div>
    </div>
  );
}
