'use client';

import { Popover } from '@base-ui/react/popover';
import { clsx } from 'clsx';
import { ChevronDown, type LucideIcon } from 'lucide-react';
import { Popup } from '#components/ui/popup.client.tsx';
import { dayOf, shortDay } from '#lib/store-time.ts';
import { ChipPresets } from './date-presets.tsx';
import { ClearChip, chipClass } from './filter-chip.client.tsx';

interface Props {
  readonly icon: LucideIcon;
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly timeZone: string;
  readonly onChange: (range: { readonly from: string | undefined; readonly to: string | undefined }) => void;
}

const fieldClass =
  'h-9 w-full rounded-lg border border-line-strong bg-canvas px-2.5 text-sm outline-none focus:border-accent';

export function DateChip({ icon: Icon, from, to, timeZone, onChange }: Props) {
  const chosen = from !== undefined || to !== undefined;
  return (
    <span className={clsx('inline-flex', !chosen && 'print:hidden')}>
      <Popover.Root>
        <Popover.Trigger
          aria-label={chosen ? `Days: ${words(from, to)}. Change` : 'Filter by days'}
          className={clsx(
            chipClass(chosen),
            chosen ? 'rounded-r-none border-r-0 pr-1 pl-3 print:rounded-full print:border-r print:pr-3' : 'px-3',
          )}
        >
          <Icon aria-hidden="true" />
          {chosen ? words(from, to) : 'Days'}
          {!chosen && <ChevronDown className="-mr-0.5 text-faint" aria-hidden="true" />}
        </Popover.Trigger>
        <Popup of={Popover.Portal}>
          <Popover.Positioner sideOffset={6} align="start" className="z-40">
            <Popover.Popup
              aria-label="Days"
              className="w-80 max-w-[calc(100vw-2rem)] rounded-xl border border-line bg-surface p-3 shadow-(--shadow-pop) outline-none"
            >
              <ChipPresets today={dayOf(Date.now(), timeZone)} onChoose={onChange} />
              <div className="mt-3 grid grid-cols-2 gap-2">
                <label className="text-xs text-muted">
                  From
                  <input
                    type="date"
                    value={from ?? ''}
                    max={to}
                    onChange={event => onChange({ from: event.target.value || undefined, to })}
                    className={fieldClass}
                  />
                </label>
                <label className="text-xs text-muted">
                  To (inclusive)
                  <input
                    type="date"
                    value={to ?? ''}
                    min={from}
                    onChange={event => onChange({ from, to: event.target.value || undefined })}
                    className={fieldClass}
                  />
                </label>
              </div>
              <p className="mt-2.5 text-xs text-faint">Days in {timeZone}</p>
            </Popover.Popup>
          </Popover.Positioner>
        </Popup>
      </Popover.Root>
      {chosen && <ClearChip label="Take the days away" onClick={() => onChange({ from: undefined, to: undefined })} />}
    </span>
  );
}

const words = (from: string | undefined, to: string | undefined): string => {
  const day = (date: string): string => shortDay(date, 'UTC');
  if (from && to) return from === to ? day(from) : `${day(from)} – ${day(to)}`;
  return from ? `from ${day(from)}` : `up to ${day(to ?? '')}`;
};
