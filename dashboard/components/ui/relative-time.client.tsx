'use client';

import { useSyncExternalStore } from 'react';
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

/** The browser's clock in ms, a new value each second; 0 while the page is rendered on the server. */
export function useNowMs(): number {
  return useSyncExternalStore(subscribe, clientNow, () => 0);
}

/** "5 min ago"; the exact time in the store's zone on hover, and where no script runs. */
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
      {now === 0 ? exact : relativeTime(Date.parse(iso), now)}
    </time>
  );
}
