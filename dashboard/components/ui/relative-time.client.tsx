'use client';

import { createContext, type ReactNode, useContext, useSyncExternalStore } from 'react';
import { exactTime, relativeTime } from '#lib/store-time.ts';

/** Listeners of the one clock for all relative times. It ticks only while there are listeners. */
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;
let nowMs = 0;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  nowMs ||= Date.now();
  timer ??= setInterval(() => {
    nowMs = Date.now();
    for (const one of listeners) one();
  }, 1000);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
    nowMs = 0;
  };
}

const clientNow = (): number => (nowMs ||= Date.now());

const RenderedAt = createContext(0);

/**
 * Gives its children the time at which the server made the page, in ms. The first render in the browser uses it too, so
 * both give the same words, and nothing jumps when the browser's clock takes over.
 */
export function PageClock({ renderedAtMs, children }: { readonly renderedAtMs: number; readonly children: ReactNode }) {
  return <RenderedAt value={renderedAtMs}>{children}</RenderedAt>;
}

/** The browser's clock in ms, a new value each second; on the server the time of the page. */
export function useNowMs(): number {
  const renderedAtMs = useContext(RenderedAt);
  return useSyncExternalStore(subscribe, clientNow, () => renderedAtMs);
}

/** "5 min ago"; the exact time in the store's zone on hover and in print. */
export function RelativeTime({
  iso,
  timeZone,
  className,
}: {
  readonly iso: string;
  readonly timeZone: string;
  readonly className?: string;
}) {
  const now = useNowMs();
  const exact = exactTime(iso, timeZone);
  return (
    <time dateTime={iso} title={exact} className={className}>
      <span className="print:hidden">{relativeTime(Date.parse(iso), now)}</span>
      <span className="hidden print:inline">{exact}</span>
    </time>
  );
}
