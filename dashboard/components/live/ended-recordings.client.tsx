'use client';

import { ChevronRight } from 'lucide-react';
import { type ReactNode, useSyncExternalStore } from 'react';

const KEY = 'sightline:ended-recordings';
const EVENT = 'sightline:ended-recordings';

/** Recordings that were read to their end, folded away at first. The browser remembers whether they are shown. */
export function EndedRecordings({ count, children }: { readonly count: number; readonly children: ReactNode }) {
  const open = useSyncExternalStore(listen, read, () => false);
  if (count === 0) return null;
  return (
    <section className="w-full" aria-label="Ended recordings">
      <button
        type="button"
        aria-expanded={open}
        onClick={() => write(!open)}
        className="mb-3 inline-flex h-8 items-center gap-2 rounded-lg pr-2 text-[0.95rem] font-semibold text-muted hover:text-ink"
      >
        <ChevronRight className={open ? 'size-4 rotate-90' : 'size-4'} aria-hidden="true" />
        Ended recordings ({count})
      </button>
      {open && children}
    </section>
  );
}

function listen(changed: () => void): () => void {
  const stop = new AbortController();
  window.addEventListener(EVENT, changed, { signal: stop.signal });
  window.addEventListener('storage', changed, { signal: stop.signal }); // another tab
  return () => stop.abort();
}

/** False when the browser stores nothing. */
function read(): boolean {
  try {
    return localStorage.getItem(KEY) === 'open';
  } catch {
    return false;
  }
}

function write(open: boolean): void {
  try {
    localStorage.setItem(KEY, open ? 'open' : 'closed');
  } catch {
    return;
  }
  window.dispatchEvent(new Event(EVENT));
}
