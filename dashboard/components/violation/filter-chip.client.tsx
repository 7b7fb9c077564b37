'use client';

import { Menu } from '@base-ui/react/menu';
import { clsx } from 'clsx';
import { Check, ChevronDown, type LucideIcon, X } from 'lucide-react';
import { Popup } from '#components/ui/popup.client.tsx';

export const chipClass = (active: boolean): string =>
  clsx(
    'inline-flex h-8 items-center gap-1.5 rounded-full border text-[0.8125rem] transition select-none [&_svg]:size-3.5',
    active
      ? 'border-accent/40 bg-accent-soft font-medium text-accent'
      : 'border-line-strong bg-surface text-ink hover:bg-raised data-popup-open:bg-raised',
  );

interface Props<Value extends string> {
  readonly name: string;
  readonly icon: LucideIcon;
  readonly value: Value | undefined;
  readonly options: readonly { readonly value: Value; readonly name: string; readonly hint?: string | undefined }[];
  readonly onChange: (value: Value | undefined) => void;
}

export function FilterChip<Value extends string>({ name, icon: Icon, value, options, onChange }: Props<Value>) {
  const chosen = value === undefined ? undefined : (options.find(option => option.value === value)?.name ?? value);
  return (
    <span className={clsx('inline-flex max-w-full', chosen === undefined && 'print:hidden')}>
      <Menu.Root>
        <Menu.Trigger
          aria-label={chosen ? `${name}: ${chosen}. Change` : `Filter by ${name.toLowerCase()}`}
          className={clsx(
            chipClass(chosen !== undefined),
            chosen
              ? 'min-w-0 rounded-r-none border-r-0 pr-1 pl-3 print:rounded-full print:border-r print:pr-3'
              : 'px-3',
          )}
        >
          <Icon className="shrink-0" aria-hidden="true" />
          <span className="truncate">{chosen ?? name}</span>
          {chosen === undefined && <ChevronDown className="-mr-0.5 text-faint" aria-hidden="true" />}
        </Menu.Trigger>
        <Popup of={Menu.Portal}>
          <Menu.Positioner sideOffset={6} align="start" className="z-40">
            <Menu.Popup className="max-h-[min(24rem,var(--available-height))] max-w-[calc(100vw-2rem)] min-w-52 overflow-y-auto rounded-xl border border-line bg-surface p-1.5 shadow-(--shadow-pop) outline-none">
              {options.length === 0 && <p className="px-2.5 py-1.5 text-sm text-muted">Nothing to choose from yet</p>}
              <Menu.RadioGroup value={value ?? null} onValueChange={(next: Value) => onChange(next)}>
                {options.map(option => (
                  <Menu.RadioItem
                    key={option.value}
                    value={option.value}
                    closeOnClick
                    className="flex h-9 items-center justify-between gap-4 rounded-md px-2.5 text-sm outline-none select-none data-highlighted:bg-raised"
                  >
                    <span className="min-w-0 truncate">
                      {option.name}
                      {option.hint && <span className="text-muted"> · {option.hint}</span>}
                    </span>
                    <Menu.RadioItemIndicator>
                      <Check className="size-4 text-accent" aria-hidden="true" />
                    </Menu.RadioItemIndicator>
                  </Menu.RadioItem>
                ))}
              </Menu.RadioGroup>
            </Menu.Popup>
          </Menu.Positioner>
        </Popup>
      </Menu.Root>
      {chosen && <ClearChip label={`Take the filter ${name.toLowerCase()} away`} onClick={() => onChange(undefined)} />}
    </span>
  );
}

export function ClearChip({ label, onClick }: { readonly label: string; readonly onClick: () => void }) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      onClick={onClick}
      className={clsx(chipClass(true), 'rounded-l-none border-l-0 pr-2.5 pl-1 hover:brightness-95 print:hidden')}
    >
      <X aria-hidden="true" />
    </button>
  );
}
