'use client';

import { useEffect } from 'react';
import { isTyping } from '#components/shell/is-typing.ts';

/** `j` and `k` move the focus from row to row (Enter then opens, as on any link), `n` shows what is new. */
export function useListKeys(showNew: (() => void) | undefined): void {
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (isTyping(event)) return;
      if (event.key === 'j') focusRow(1);
      if (event.key === 'k') focusRow(-1);
      if (event.key === 'n') showNew?.();
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, [showNew]);
}

function focusRow(step: 1 | -1): void {
  const rows = [...document.querySelectorAll<HTMLElement>('[data-testid="violation-row"] a')];
  const current = rows.indexOf(document.activeElement as HTMLElement);
  const next = current === -1 ? (step === 1 ? 0 : rows.length - 1) : current + step;
  const row = rows[Math.min(Math.max(next, 0), rows.length - 1)];
  row?.focus();
  row?.scrollIntoView({ block: 'nearest' });
}
