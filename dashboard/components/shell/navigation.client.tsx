'use client';

import { clsx } from 'clsx';
import { BrainCircuit, HeartPulse, LayoutGrid, ShieldAlert } from 'lucide-react';
import Link from 'next/link';
import { usePathname } from 'next/navigation';

const pages = [
  {
    href: '/',
    name: 'Live',
    icon: LayoutGrid,
    owns: (path: string) => path === '/' || path === '/add-camera' || path.startsWith('/cameras'),
  },
  {
    href: '/violations',
    name: 'Violations',
    icon: ShieldAlert,
    owns: (path: string) => path.startsWith('/violations'),
  },
  { href: '/models', name: 'Models', icon: BrainCircuit, owns: (path: string) => path.startsWith('/models') },
  { href: '/health', name: 'Health', icon: HeartPulse, owns: (path: string) => path.startsWith('/health') },
] as const;

export function TopNavigation() {
  const path = usePathname();
  return (
    <nav aria-label="Pages" className="ml-2 hidden gap-1 sm:flex">
      {pages.map(({ href, name, icon: Icon, owns }) => (
        <Link
          key={href}
          href={href}
          aria-current={owns(path) ? 'page' : undefined}
          className={clsx(
            'inline-flex h-9 items-center gap-2 rounded-lg px-3 text-sm transition',
            owns(path) ? 'bg-raised font-medium text-ink' : 'text-muted hover:bg-raised hover:text-ink',
          )}
        >
          <Icon className="size-4" aria-hidden="true" />
          {name}
        </Link>
      ))}
    </nav>
  );
}

/** The same links at the bottom of the screen, for phones. */
export function BottomNavigation() {
  const path = usePathname();
  return (
    <nav
      aria-label="Pages"
      className="print:hidden fixed inset-x-0 bottom-0 z-30 flex border-t border-line bg-canvas/90 pb-[env(safe-area-inset-bottom)] backdrop-blur-lg sm:hidden"
    >
      {pages.map(({ href, name, icon: Icon, owns }) => (
        <Link
          key={href}
          href={href}
          aria-current={owns(path) ? 'page' : undefined}
          className={clsx(
            'flex flex-1 flex-col items-center gap-1 py-2.5 text-[0.7rem]',
            owns(path) ? 'font-medium text-accent' : 'text-muted',
          )}
        >
          <Icon className="size-5" aria-hidden="true" />
          {name}
        </Link>
      ))}
    </nav>
  );
}
