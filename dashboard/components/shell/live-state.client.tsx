'use client';

import { clsx } from 'clsx';
import { CloudOff, LoaderCircle, Radio } from 'lucide-react';
import { type Connection, useConnection } from '#components/live/live-provider.client.tsx';

const looks = {
  live: {
    word: 'Live',
    icon: Radio,
    className: 'text-ok bg-ok-soft',
    title: 'Violations and pictures arrive as they happen',
  },
  connecting: {
    word: 'Connecting',
    icon: LoaderCircle,
    className: 'text-muted bg-raised',
    title: 'Connecting to the gateway',
  },
  'catching-up': {
    word: 'Catching up',
    icon: LoaderCircle,
    className: 'text-warn bg-warn-soft',
    title: 'Connected; what was missed is being loaded',
  },
  offline: {
    word: 'Offline',
    icon: CloudOff,
    className: 'text-danger bg-danger-soft',
    title: 'The gateway is not reached; trying again by itself',
  },
} as const satisfies Record<Connection, unknown>;

/** Shows whether the page's data is up to date. */
export function LiveState() {
  const connection = useConnection();
  const { word, icon: Icon, className, title } = looks[connection];
  return (
    <span
      role="status"
      data-testid="live-state"
      data-state={connection}
      title={title}
      className={clsx(
        'inline-flex h-7 min-w-[6.75rem] items-center justify-center gap-1.5 rounded-full px-2.5 text-xs font-medium',
        className,
      )}
    >
      <Icon
        aria-hidden="true"
        // what is well stands still: an endless animation makes the browser draw 60 times a second
        className={clsx('size-3.5', connection !== 'live' && connection !== 'offline' && 'animate-spin')}
      />
      {word}
    </span>
  );
}
