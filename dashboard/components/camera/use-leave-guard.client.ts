import type { Route } from 'next';
import { useRouter } from 'next/navigation';
import { useEffect, useRef } from 'react';

/** `basePath` of next.config.ts. */
const BASE = '/app';

/** Guards of this document that are active. They share the one history. */
let guards = 0;

/** Where a person wants to go: to another page of this app, or back in the browser's history. */
export type Way = { readonly kind: 'link'; readonly href: Route } | { readonly kind: 'back' };

/**
 * While `active`, a click on a link of this app and the browser's back button call `ask` instead of leaving, and the
 * browser asks before it closes or loads the page. Returns a function that goes the way after a yes.
 *
 * The back button cannot be stopped. So a second entry of the same page lies above the page's own in the history: going
 * back from it stays on the page.
 */
export function useLeaveGuard(active: boolean, ask: (way: Way) => void): (way: Way) => void {
  const router = useRouter();
  const leaving = useRef(false);
  useEffect(() => {
    if (!active) return;
    const stop = new AbortController();
    const { signal } = stop;
    guards++;
    leaving.current = false;
    if (!isGuard()) history.pushState({ ...history.state, leaveGuard: true }, '');
    const click = (event: MouseEvent): void => {
      const href = hrefOf(event);
      if (href === undefined) return;
      event.preventDefault();
      event.stopPropagation();
      ask({ kind: 'link', href });
    };
    const pop = (event: PopStateEvent): void => {
      event.stopImmediatePropagation(); // for Next nothing happened
      if (isGuard()) return;
      history.forward();
      ask({ kind: 'back' });
    };
    window.addEventListener('click', click, { capture: true, signal });
    window.addEventListener('popstate', pop, { capture: true, signal });
    window.addEventListener('beforeunload', event => event.preventDefault(), { signal });
    return () => {
      stop.abort();
      guards--;
      // Later, since React may start the effect again, or another guard, at once.
      setTimeout(() => {
        if (guards === 0 && !leaving.current && isGuard()) history.back();
      });
    };
  }, [active, ask]);
  return way => {
    leaving.current = true;
    if (way.kind === 'back') history.go(isGuard() ? -2 : -1);
    else router.replace(way.href); // in place of the guard
  };
}

const isGuard = (): boolean => history.state?.leaveGuard === true;

/** The address within this app that a click leads to in this tab; undefined: it leads nowhere else. */
function hrefOf(event: MouseEvent): Route | undefined {
  const link = event.target instanceof Element ? event.target.closest('a[href]') : null;
  const elsewhere = event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0;
  if (!(link instanceof HTMLAnchorElement) || link.target === '_blank' || elsewhere) return undefined;
  if (link.origin !== location.origin || !link.pathname.startsWith(BASE) || link.hash !== '') return undefined;
  return `${link.pathname.slice(BASE.length) || '/'}${link.search}` as Route;
}
