import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { cache } from 'react';
import { ViolationDetail } from '#components/violation/violation-detail.client.tsx';
import { ViolationPage } from '#generated/documents.ts';
import { ask } from '#lib/gateway.server.ts';
import { violationTitle } from '#lib/words.ts';

const find = cache(async (id: string) => {
  const { violation, violations } = await ask(ViolationPage, { id });
  return violation ? { violation, cursor: violations.cursor } : notFound();
});

export async function generateMetadata({ params }: PageProps<'/violations/[id]'>): Promise<Metadata> {
  const { violation } = await find(decodeURIComponent((await params).id));
  return { title: `${violationTitle(violation.violationType)}, ${violation.camera?.name ?? violation.cameraId}` };
}

export default async function ViolationRoute({ params }: PageProps<'/violations/[id]'>) {
  return <ViolationDetail {...(await find(decodeURIComponent((await params).id)))} />;
}
