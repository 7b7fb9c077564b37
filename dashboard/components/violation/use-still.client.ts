'use client';

import { useEffect, useState } from 'react';
import { type ViolationRow, ViolationStill } from '#generated/documents.ts';
import { askFromBrowser } from '#lib/gateway.client.ts';

type Still = ViolationRow['still'];
const EVERY_MS = 1500;
const TRIES = 20;

/** The violation's still. While it is not stored yet, it is requested again for half a minute. */
export function useStill({ violationId, still }: { readonly violationId: string; readonly still: Still }): Still {
  const [found, setFound] = useState<{ readonly violationId: string; readonly still: Still }>();
  useEffect(() => {
    if (still !== null) return;
    let tries = 0;
    const timer = setInterval(async () => {
      if (++tries > TRIES) return clearInterval(timer);
      const answer = await askFromBrowser(ViolationStill, { id: violationId }).catch(() => undefined);
      const taken = answer?.violation?.still;
      if (!taken) return;
      clearInterval(timer);
      setFound({ violationId, still: taken });
    }, EVERY_MS);
    return () => clearInterval(timer);
  }, [violationId, still]);
  return still ?? (found?.violationId === violationId ? found.still : null);
}
