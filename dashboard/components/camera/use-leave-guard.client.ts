import type { Route } from 'next';
import { useEffect } from 'react';

/** `basePath` of next.config.ts. */
const BASE = '/app';

/**
 * While `active`, a click on a link of this app calls `ask` with its address instead of going there, and the browser
 * asks before it closes or loads the page.
 */
export function useLeaveGuard(active: boolean, ask: (href: Route) => void): void {
  useEffect(() => {
    if (!active) return;
    const stop = new AbortController();
    const click = (event: MouseEvent): void => {
      const link = event.target instanceof Element ? event.target.closest('a[href]') : null;
      const elsewhere = event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0;
      if (!(link instanceof HTMLAnchorElement) || link.target === '_blank' || elsewhere) return;
      if (link.origin !== location.origin || !link.pathname.startsWith(BASE) || link.hash !== '') return;
      event.preventDefault();
      event.stopPropagation();
      ask(`${link.pathname.slice(BASE.length) || '/'}${link.search}` as Route);
    };
    window.addEventListener('click', click, { capture: true, signal: stop.signal });
    window.addEventListener('beforeunload', event => event.preventDefault(), { signal: stop.signal });
    return () => stop.abort();
  }, [active, ask]);
}
