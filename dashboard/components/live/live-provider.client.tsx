'use client';

import { useRouter } from 'next/navigation';
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import type { ViolationRow } from '#generated/documents.ts';
import { earliest } from '#lib/event-place.ts';
import { LiveSocket } from '#lib/live-socket.client.ts';
import { type HeardViolations, latestSince } from '#lib/live-violations.ts';
import { ViolationFeed } from '#lib/violation-feed.client.ts';

interface Live {
  readonly socket: LiveSocket;
  readonly feed: ViolationFeed;
}

const LiveContext = createContext<Live | undefined>(undefined);

/** Holds this tab's one WebSocket for pictures and its one subscription to violations, over all pages. */
export function LiveProvider({ children }: { readonly children: ReactNode }) {
  const router = useRouter();
  const [live] = useState<Live>(() => ({
    socket: new LiveSocket('/live'),
    feed: new ViolationFeed({ gap: () => router.refresh(), signedOut: () => window.location.reload() }),
  }));
  useEffect(() => {
    const stops = [live.socket.start(), live.feed.start()];
    return () => {
      for (const stop of stops) stop();
    };
  }, [live]);
  return <LiveContext value={live}>{children}</LiveContext>;
}

export function useLive(): Live {
  const live = useContext(LiveContext);
  if (!live) throw new Error('useLive needs a LiveProvider above it');
  return live;
}

const none: HeardViolations = new Map();

/** Violations that the stream reported: every event after the earliest of these cursors is among them. */
export function useHeardViolations(...cursors: readonly string[]): HeardViolations {
  const { feed } = useLive();
  const cursor = earliest(cursors);
  useEffect(() => {
    if (cursor !== undefined) feed.coverFrom(cursor);
  }, [feed, cursor]);
  return useSyncExternalStore(
    listener => feed.onChange(listener),
    () => feed.heard,
    () => none,
  );
}

/** Violations with an event after the cursor, each in its present state. */
export function useLatestViolations(cursor: string): ReadonlyMap<string, ViolationRow> {
  const all = useHeardViolations(cursor);
  return useMemo(() => latestSince(all, cursor), [all, cursor]);
}

export type Connection = 'connecting' | 'catching-up' | 'live' | 'offline';

/** The state of the worse of the two connections. A socket without use does not count. */
export function useConnection(): Connection {
  const { feed, socket } = useLive();
  const read = (): Connection => {
    if (feed.state === 'offline' || socket.state === 'offline') return 'offline';
    if (feed.state === 'live' && socket.state === 'connecting') return 'connecting';
    return feed.state;
  };
  return useSyncExternalStore(
    listener => {
      const stops = [feed.onChange(listener), socket.onChange(listener)];
      return () => {
        for (const stop of stops) stop();
      };
    },
    read,
    () => 'connecting',
  );
}
