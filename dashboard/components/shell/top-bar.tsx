import Link from 'next/link';
import type { MeResult } from '#generated/documents.ts';
import { BrandMark } from './brand.tsx';
import { LiveState } from './live-state.client.tsx';
import { TopNavigation } from './navigation.client.tsx';
import { ThemeToggle } from './theme-toggle.client.tsx';
import { UserMenu } from './user-menu.client.tsx';

export function TopBar({ me }: { readonly me: MeResult['me'] }) {
  return (
    <header className="print:hidden sticky top-0 z-30 border-b border-line bg-canvas/85 backdrop-blur-lg">
      <div className="mx-auto flex h-14 max-w-[160rem] items-center gap-3 px-4 sm:px-6">
        <Link href="/" className="flex items-center gap-2.5 rounded-lg pr-2" aria-label="Sightline, live wall">
          <BrandMark className="size-7" />
          <span className="text-[0.95rem] font-semibold tracking-tight">Sightline</span>
        </Link>
        <TopNavigation />
        <div className="ml-auto flex items-center gap-1 sm:gap-1.5">
          <LiveState />
          <ThemeToggle />
          <UserMenu login={me.login} role={me.role} />
        </div>
      </div>
    </header>
  );
}
