'use client';

import { useRouter } from 'next/navigation';
import { useEffect } from 'react';

/** Loads the page's data anew every so many ms while a person can see it. */
export function Refresh({ everyMs }: { readonly everyMs: number }) {
  const router = useRouter();
  useEffect(() => {
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') router.refresh();
    }, everyMs);
    return () => clearInterval(timer);
  }, [router, everyMs]);
  return null;
}
