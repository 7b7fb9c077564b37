import { ArrowLeft, Lock } from 'lucide-react';
import type { Metadata } from 'next';
import Link from 'next/link';
import { notFound } from 'next/navigation';
import { CameraForm } from '#components/camera/camera-form.client.tsx';
import { Notice } from '#components/ui/notice.tsx';
import { CameraSettingsPage } from '#generated/documents.ts';
import { ask, findMe, notThere } from '#lib/gateway.server.ts';

export const metadata: Metadata = { title: 'Camera settings' };

export default async function CameraSettingsRoute({ params }: PageProps<'/cameras/[id]/settings'>) {
  const id = decodeURIComponent((await params).id);
  const [{ camera, ...page }, me] = await Promise.all([ask(CameraSettingsPage, { id }).catch(notThere), findMe()]);
  if (!camera) notFound();
  if (!me?.canEdit) {
    return (
      <Notice icon={Lock} title="You may not change cameras">
        Ask an administrator, or a manager of the store.
      </Notice>
    );
  }
  return (
    <div className="mx-auto max-w-3xl">
      <Link
        href={`/cameras/${encodeURIComponent(camera.cameraId)}`}
        className="mb-3 inline-flex items-center gap-1.5 rounded text-[0.8125rem] text-muted hover:text-ink"
      >
        <ArrowLeft className="size-3.5" aria-hidden="true" /> {camera.name}
      </Link>
      <h1 className="text-xl font-semibold tracking-tight">Camera settings</h1>
      <p className="mt-1 mb-5 text-muted">A change takes effect two seconds later. Violations stay.</p>
      <div className="card p-4 sm:p-6">
        <CameraForm {...page} camera={camera} />
      </div>
    </div>
  );
}
