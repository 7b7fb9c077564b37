'use client';

import { useEffect, useState } from 'react';
import { type EvidenceShape, ViolationEvidence, type ViolationWhole } from '#generated/documents.ts';
import { askFromBrowser } from '#lib/gateway.client.ts';

const EVERY_MS = 1500;
const TRIES = 10;

export interface Evidence {
  readonly files: readonly EvidenceShape[];
  /** True: asked for long enough; what is not there was not kept. */
  readonly complete: boolean;
}

/** The pictures of the violation. While one is `wanted` that is not there, they are requested again for a while. */
export function useEvidence({ violationId, evidence }: ViolationWhole, wanted: boolean): Evidence {
  const [found, setFound] = useState<{ readonly violationId: string; readonly files: readonly EvidenceShape[] }>();
  const [complete, setComplete] = useState(false);
  useEffect(() => {
    if (!wanted) return;
    let tries = 0;
    const ask = async (): Promise<void> => {
      const answer = await askFromBrowser(ViolationEvidence, { id: violationId }).catch(() => undefined);
      if (answer?.violation) setFound({ violationId, files: answer.violation.evidence });
      if (++tries >= TRIES) {
        clearInterval(timer);
        setComplete(true);
      }
    };
    const timer = setInterval(() => void ask(), EVERY_MS);
    void ask();
    return () => clearInterval(timer);
  }, [violationId, wanted]);
  return { files: found?.violationId === violationId ? found.files : evidence, complete };
}
