'use client';

import { CloudOff } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useConnection } from '#components/live/live-provider.client.tsx';

/** How long the notice stays. */
const SHOWN_MS = 6_000;

/** The link of the app that a click would follow in this tab. */
function followed(event: MouseEvent): HTMLAnchorElement | undefined {
  if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return undefined;
  const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>('a[href]') : null;
  if (link === null || link.target === '_blank' || link.hasAttribute('download')) return undefined;
  return link.getAttribute('href')?.startsWith('#') || link.origin !== location.origin ? undefined : link;
}

/** Keeps the page while there is no connection: a link would lead to the browser's error page. */
export function OfflineGuard() {
  const offline = useConnection() === 'offline';
  const [refusedAtMs, setRefusedAtMs] = useState<number>();
  useEffect(() => {
    const refuse = (event: MouseEvent): void => {
      if ((!offline && navigator.onLine) || followed(event) === undefined) return;
      event.preventDefault();
      event.stopPropagation();
      setRefusedAtMs(performance.now());
    };
    window.addEventListener('click', refuse, { capture: true });
    return () => window.removeEventListener('click', refuse, { capture: true });
  }, [offline]);
  useEffect(() => {
    if (refusedAtMs === undefined) return;
    const timer = setTimeout(() => setRefusedAtMs(undefined), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [refusedAtMs]);
  return (
    <div role="alert" className="pointer-events-none fixed inset-x-4 bottom-20 z-50 flex justify-center sm:bottom-6">
      {refusedAtMs !== undefined && (
        <p className="flex items-center gap-2 rounded-lg border border-line bg-surface px-4 py-3 text-sm text-ink shadow-lg">
          <CloudOff className="size-4 shrink-0 text-danger" aria-hidden="true" />
          No connection to Sightline. This page stays; try the link again when it says Live.
        </p>
      )}
    </div>
  );
}
