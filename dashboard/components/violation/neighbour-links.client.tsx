'use client';

import { ChevronLeft, ChevronRight } from 'lucide-react';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { type ReactNode, useEffect } from 'react';
import { isTyping } from '#components/shell/is-typing.ts';
import { Button, buttonClass } from '#components/ui/button.tsx';
import { type ViolationQuery, violationPageHref } from '#lib/violation-query.ts';

/** Leads to the violations before and after this one in the list it was opened from: by links, and by `k` and `j`. */
export function NeighbourLinks({
  newer,
  older,
  query,
}: {
  /** Ids; null: the list ends here. */
  readonly newer: string | null;
  readonly older: string | null;
  readonly query: ViolationQuery;
}) {
  const router = useRouter();
  const hrefOf = (id: string | null) => (id === null ? null : violationPageHref(id, query));
  const hrefs = { k: hrefOf(newer), j: hrefOf(older) };
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (isTyping(event)) return;
      if (event.key === 'k' && hrefs.k) router.push(hrefs.k);
      if (event.key === 'j' && hrefs.j) router.push(hrefs.j);
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, [router, hrefs.k, hrefs.j]);
  return (
    <nav aria-label="Neighbours in the list" className="print:hidden flex gap-1.5">
      <Neighbour href={hrefs.k} name="Newer violation" shortcut="k">
        <ChevronLeft aria-hidden="true" /> Newer
      </Neighbour>
      <Neighbour href={hrefs.j} name="Older violation" shortcut="j">
        Older <ChevronRight aria-hidden="true" />
      </Neighbour>
    </nav>
  );
}

function Neighbour({
  href,
  name,
  shortcut,
  children,
}: {
  readonly href: `/violations/${string}` | null;
  readonly name: string;
  readonly shortcut: string;
  readonly children: ReactNode;
}) {
  const className = 'h-8! px-2.5! text-[0.8125rem]!';
  if (href === null)
    return (
      <Button disabled aria-label={name} className={className}>
        {children}
      </Button>
    );
  return (
    <Link
      href={href}
      prefetch={false}
      aria-label={name}
      aria-keyshortcuts={shortcut}
      title={`${name} (${shortcut})`}
      className={buttonClass('plain', className)}
    >
      {children}
    </Link>
  );
}
