'use client';

import { Maximize, Minimize } from 'lucide-react';
import { type RefObject, useEffect, useState } from 'react';
import { isTyping } from '#components/shell/is-typing.ts';
import { Button } from '#components/ui/button.tsx';

/** Shows an element over the whole screen. The button and the key F switch it on and off; Esc switches it off. */
export function FullScreenButton({ target }: { readonly target: RefObject<HTMLElement | null> }) {
  const [full, setFull] = useState(false);
  useEffect(() => {
    const stop = new AbortController();
    const { signal } = stop;
    const change = (): void => setFull(document.fullscreenElement === target.current);
    const press = (event: KeyboardEvent): void => {
      const plain = !event.ctrlKey && !event.metaKey && !event.altKey && !event.repeat;
      if (event.key.toLowerCase() === 'f' && plain && !isTyping(event)) void toggle(target.current);
    };
    document.addEventListener('fullscreenchange', change, { signal });
    window.addEventListener('keydown', press, { signal });
    return () => stop.abort();
  }, [target]);
  const Icon = full ? Minimize : Maximize;
  return (
    <Button kind="quiet" aria-pressed={full} aria-keyshortcuts="f" onClick={() => void toggle(target.current)}>
      <Icon aria-hidden="true" /> {full ? 'Leave full screen' : 'Full screen'}
    </Button>
  );
}

async function toggle(element: HTMLElement | null): Promise<void> {
  const change = document.fullscreenElement ? document.exitFullscreen() : element?.requestFullscreen();
  await change?.catch(() => undefined); // the browser may not allow it
}
