import type { Metadata } from 'next';
import { connection } from 'next/server';
import { Suspense } from 'react';
import { LiveWall } from '#components/live/live-wall.client.tsx';
import { LiveWallSkeleton } from '#components/live/live-wall-skeleton.tsx';
import { LivePage } from '#generated/documents.ts';
import { ask, findMe } from '#lib/gateway.server.ts';

export const metadata: Metadata = { title: 'Live' };

export default function LivePageRoute() {
  return (
    <Suspense fallback={<LiveWallSkeleton />}>
      <Wall />
    </Suspense>
  );
}

async function Wall() {
  await connection();
  const since = new Date(Date.now() - 86_400_000).toISOString();
  const [page, me] = await Promise.all([ask(LivePage, { since }), findMe()]);
  return <LiveWall page={page} since={since} canEdit={me?.canEdit ?? false} />;
}
