'use client';

import { AlertDialog } from '@base-ui/react/alert-dialog';
import type { ReactNode } from 'react';
import { buttonClass } from './button.tsx';

/** Asks before something that cannot be taken back. Escape and `stay` leave all as it is. */
export function Confirm({
  open,
  title,
  children,
  go,
  stay,
  onStay,
}: {
  readonly open: boolean;
  readonly title: string;
  readonly children: ReactNode;
  /** The button that does it. */
  readonly go: ReactNode;
  readonly stay: string;
  readonly onStay: () => void;
}) {
  return (
    <AlertDialog.Root open={open} onOpenChange={next => next || onStay()}>
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className="fixed inset-0 z-40 bg-black/45 backdrop-blur-[2px]" />
        <AlertDialog.Popup className="fixed top-1/2 left-1/2 z-50 w-[min(28rem,calc(100vw-2rem))] -translate-x-1/2 -translate-y-1/2 rounded-2xl border border-line bg-surface p-5 shadow-(--shadow-pop) outline-none">
          <AlertDialog.Title className="text-base font-semibold text-balance">{title}</AlertDialog.Title>
          <AlertDialog.Description render={<div />} className="mt-2 text-sm text-muted">
            {children}
          </AlertDialog.Description>
          <div className="mt-5 flex flex-wrap justify-end gap-2">
            <AlertDialog.Close className={buttonClass()}>{stay}</AlertDialog.Close>
            {go}
          </div>
        </AlertDialog.Popup>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}
