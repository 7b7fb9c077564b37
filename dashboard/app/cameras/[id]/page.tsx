import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { cache } from 'react';
import { CameraView } from '#components/camera/camera-view.client.tsx';
import { CameraPage } from '#generated/documents.ts';
import { ask, findMe, notThere } from '#lib/gateway.server.ts';

const find = cache(async (id: string) => {
  const since = new Date(Date.now() - 86_400_000).toISOString();
  const page = await ask(CameraPage, { id, since }).catch(notThere);
  return page.camera ? { ...page, camera: page.camera, since } : notFound();
});

export async function generateMetadata({ params }: PageProps<'/cameras/[id]'>): Promise<Metadata> {
  return { title: (await find(decodeURIComponent((await params).id))).camera.name };
}

export default async function CameraRoute({ params }: PageProps<'/cameras/[id]'>) {
  const [page, me] = await Promise.all([find(decodeURIComponent((await params).id)), findMe()]);
  return <CameraView page={page} canEdit={me?.canEdit ?? false} />;
}
