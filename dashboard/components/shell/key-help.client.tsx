'use client';

import { Dialog } from '@base-ui/react/dialog';
import { X } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useEffect, useState } from 'react';
import { IconButton } from '#components/ui/button.tsx';
import { isTyping } from './is-typing.ts';

const EVENT = 'sightline:key-help';
/** A letter after `g` counts within this time. */
const CHORD_MS = 1200;

const keys = [
  { keys: ['g', 'l'], does: 'Live wall' },
  { keys: ['g', 'v'], does: 'Violations' },
  { keys: ['g', 'h'], does: 'Health' },
  { keys: ['f'], does: 'Live wall in full screen, and back' },
  { keys: ['j'], does: 'Older violation: the next in the list' },
  { keys: ['k'], does: 'Newer violation: the one before' },
  { keys: ['Enter'], does: 'Open the violation in the list' },
  { keys: ['n'], does: 'Show new violations' },
  { keys: ['Esc'], does: 'Close what is open' },
  { keys: ['?'], does: 'This help' },
] as const;

export function showKeyHelp(): void {
  window.dispatchEvent(new Event(EVENT));
}

/** Listens for the keys that work on every page, and shows all keys on `?`. */
export function KeyHelp() {
  const [open, setOpen] = useState(false);
  const router = useRouter();
  useEffect(() => {
    const stop = new AbortController();
    let chordMs = 0;
    const press = (event: KeyboardEvent): void => {
      if (isTyping(event)) return;
      const chord = event.timeStamp - chordMs < CHORD_MS;
      chordMs = event.key === 'g' ? event.timeStamp : 0;
      if (event.key === '?') setOpen(true);
      if (chord && event.key === 'l') router.push('/');
      if (chord && event.key === 'v') router.push('/violations');
      if (chord && event.key === 'h') router.push('/health');
    };
    window.addEventListener('keydown', press, { signal: stop.signal });
    window.addEventListener(EVENT, () => setOpen(true), { signal: stop.signal });
    return () => stop.abort();
  }, [router]);
  return (
    <Dialog.Root open={open} onOpenChange={setOpen}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 bg-black/45 backdrop-blur-[2px]" />
        <Dialog.Popup className="fixed top-1/2 left-1/2 z-50 w-[min(26rem,calc(100vw-2rem))] -translate-x-1/2 -translate-y-1/2 rounded-2xl border border-line bg-surface p-5 shadow-(--shadow-pop) outline-none">
          <div className="mb-3 flex items-center justify-between">
            <Dialog.Title className="text-base font-semibold">Keyboard shortcuts</Dialog.Title>
            <Dialog.Close
              render={
                <IconButton label="Close">
                  <X />
                </IconButton>
              }
            />
          </div>
          <dl className="divide-y divide-line">
            {keys.map(({ keys: combination, does }) => (
              <div key={does} className="flex items-center justify-between py-2.5">
                <dt className="text-muted">{does}</dt>
                <dd className="flex gap-1">
                  {combination.map(key => (
                    <kbd
                      key={key}
                      className="min-w-6 rounded-md border border-line-strong bg-raised px-1.5 py-0.5 text-center font-mono text-xs"
                    >
                      {key}
                    </kbd>
                  ))}
                </dd>
              </div>
            ))}
          </dl>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
