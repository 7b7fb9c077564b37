'use client';

import { useEffect, useState } from 'react';
import { useLive } from '#components/live/live-provider.client.tsx';
import { cameraName, violationTitle } from '#lib/words.ts';

/** Least time between two announcements, so that busy minutes do not cause constant speech. */
const QUIET_MS = 4000;

/** Announces new violations to screen readers. */
export function Announcer() {
  const { feed } = useLive();
  const [text, setText] = useState('');
  useEffect(() => {
    let lastMs = 0;
    return feed.onOpened(violation => {
      if (Date.now() - lastMs < QUIET_MS) return;
      lastMs = Date.now();
      setText(`New violation: ${violationTitle(violation.violationType)}, ${cameraName(violation)}`);
    });
  }, [feed]);
  return (
    <div aria-live="polite" className="sr-only">
      {text}
    </div>
  );
}
