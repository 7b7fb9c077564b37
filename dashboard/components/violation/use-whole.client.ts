'use client';

import { useEffect, useState } from 'react';
import { ViolationAgain, type ViolationRow, type ViolationWhole } from '#generated/documents.ts';
import { askFromBrowser } from '#lib/gateway.client.ts';

/** The violation with its lineage. Loads it again when the stream has a newer revision. */
export function useWhole(loaded: ViolationWhole, heard: ViolationRow | undefined): ViolationWhole {
  const [whole, setWhole] = useState(loaded);
  const known = whole.violationId === loaded.violationId && whole.revision > loaded.revision ? whole : loaded;
  const wanted = heard?.revision ?? 0;
  useEffect(() => {
    if (wanted <= known.revision) return;
    let stale = false;
    askFromBrowser(ViolationAgain, { id: known.violationId }).then(
      ({ violation }) => {
        if (violation && !stale) setWhole(violation);
      },
      () => undefined, // the page keeps the stream's data
    );
    return () => {
      stale = true;
    };
  }, [wanted, known.revision, known.violationId]);
  return known;
}
