'use client';

import { useEffect, useState } from 'react';
import { useLive } from '#components/live/live-provider.client.tsx';
import { violationTitle } from '#lib/words.ts';

/** At most one announcement in this time: a busy minute must not talk without end. */
const QUIET_MS = 4000;

/** Tells a screen reader politely of each new violation. */
export function Announcer() {
  const { feed } = useLive();
  const [text, setText] = useState('');
  useEffect(() => {
    let lastMs = 0;
    return feed.onOpened(violation => {
      if (Date.now() - lastMs < QUIET_MS) return;
      lastMs = Date.now();
      setText(
        `New violation: ${violationTitle(violation.violationType)}, ${violation.camera?.name ?? violation.cameraId}`,
      );
    });
  }, [feed]);
  return (
    <div aria-live="polite" className="sr-only">
      {text}
    </div>
  );
}
