import type { ReactNode } from 'react';
import { LiveProvider } from '#components/live/live-provider.client.tsx';
import { POPUPS } from '#components/ui/popups.ts';
import { PageClock } from '#components/ui/relative-time.client.tsx';
import type { MeResult } from '#generated/documents.ts';
import { Announcer } from './announcer.client.tsx';
import { KeyHelp } from './key-help.client.tsx';
import { BottomNavigation } from './navigation.client.tsx';
import { OfflineGuard } from './offline-guard.client.tsx';
import { TopBar } from './top-bar.tsx';

/** The frame around every page of a signed-in user. It stays mounted between pages, and so do the live connections. */
export function Shell({ me, children }: { readonly me: MeResult['me']; readonly children: ReactNode }) {
  return (
    <PageClock renderedAtMs={Date.now()}>
      <LiveProvider>
        <a
          href="#main"
          className="sr-only focus:not-sr-only focus:fixed focus:top-3 focus:left-3 focus:z-50 focus:rounded-lg focus:bg-surface focus:px-4 focus:py-2"
        >
          Skip to the page
        </a>
        <TopBar me={me} />
        <main
          id="main"
          tabIndex={-1}
          className="mx-auto w-full max-w-[160rem] px-4 pt-5 pb-28 outline-none sm:px-6 sm:pb-12"
        >
          {children}
          <div id={POPUPS} />
        </main>
        <BottomNavigation />
        <KeyHelp />
        <Announcer />
        <OfflineGuard />
      </LiveProvider>
    </PageClock>
  );
}
