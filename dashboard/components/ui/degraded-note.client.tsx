'use client';

import { useRouter } from 'next/navigation';
import { useEffect } from 'react';

const AGAIN_MS = 5_000;

/** Tells the user that older violations are missing, and reloads the page until they are there. */
export function DegradedNote() {
  const router = useRouter();
  useEffect(() => {
    const timer = setInterval(() => router.refresh(), AGAIN_MS);
    return () => clearInterval(timer);
  }, [router]);
  return (
    <span role="status" data-testid="degraded" className="text-warn">
      The analytics database is slow or not reached: older violations are missing. Trying again by itself.
    </span>
  );
}
