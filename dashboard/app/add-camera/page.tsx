import { Lock } from 'lucide-react';
import type { Metadata } from 'next';
import { connection } from 'next/server';
import { CameraForm } from '#components/camera/camera-form.client.tsx';
import { Notice } from '#components/ui/notice.tsx';
import { AddCameraPage } from '#generated/documents.ts';
import { ask, findMe } from '#lib/gateway.server.ts';

export const metadata: Metadata = { title: 'Add camera' };

export default async function AddCameraRoute() {
  await connection();
  const [page, me] = await Promise.all([ask(AddCameraPage, {}), findMe()]);
  if (!me?.canEdit) {
    return (
      <Notice icon={Lock} title="You may not add cameras">
        Ask an administrator, or a manager of the store.
      </Notice>
    );
  }
  return (
    <div className="mx-auto max-w-3xl">
      <h1 className="text-xl font-semibold tracking-tight">Add camera</h1>
      <p className="mt-1 mb-5 text-muted">
        The picture appears within seconds, or the reason why not. Zones and rules come after it. A recording becomes a
        camera when its file is put into the folder <code className="font-mono">videos/</code>.
      </p>
      <div className="card p-4 sm:p-6">
        <CameraForm {...page} camera={null} />
      </div>
    </div>
  );
}
