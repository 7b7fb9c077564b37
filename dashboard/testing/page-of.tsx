import { cleanup, render } from '@testing-library/react';
import { AppRouterContext, type AppRouterInstance } from 'next/dist/shared/lib/app-router-context.shared-runtime.js';
import type { ReactNode } from 'react';
import { afterEach } from 'vitest';

afterEach(cleanup);

export interface Page {
  /** What was asked of the router, in order: `push /violations`, `refresh`. */
  readonly visits: readonly string[];
  /** Shows other content in its place. */
  show(children: ReactNode): void;
}

/** Renders a component as a page of the app would, with a router that only remembers. */
export function pageOf(children: ReactNode): Page {
  const visits: string[] = [];
  const router: AppRouterInstance = {
    bfcacheId: '0',
    back: () => void visits.push('back'),
    forward: () => void visits.push('forward'),
    refresh: () => void visits.push('refresh'),
    push: href => void visits.push(`push ${href}`),
    replace: href => void visits.push(`replace ${href}`),
    prefetch: () => {},
  };
  const wrapper = ({ children: inner }: { readonly children: ReactNode }) => (
    <AppRouterContext value={router}>{inner}</AppRouterContext>
  );
  const { rerender } = render(children, { wrapper });
  return { visits, show: rerender };
}

/** Puts the browser at this address, so that requests go to a server of the test. */
export function standAt(url: string): void {
  (window as unknown as { readonly happyDOM: { setURL(url: string): void } }).happyDOM.setURL(url);
}
