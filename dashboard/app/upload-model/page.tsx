import { ArrowLeft, Lock } from 'lucide-react';
import type { Metadata } from 'next';
import Link from 'next/link';
import { connection } from 'next/server';
import { UploadForm } from '#components/models/upload-form.client.tsx';
import { Notice } from '#components/ui/notice.tsx';
import { findMe } from '#lib/gateway.server.ts';

export const metadata: Metadata = { title: 'Upload a model' };

export default async function UploadModelRoute({ searchParams }: PageProps<'/upload-model'>) {
  await connection();
  const [me, { name }] = await Promise.all([findMe(), searchParams]);
  if (!me?.canChangeModels) {
    return (
      <Notice icon={Lock} title="You may not upload models">
        Ask an administrator or an operator with the right to all stores.
      </Notice>
    );
  }
  return (
    <div className="mx-auto max-w-3xl">
      <Link
        href="/models"
        prefetch={false}
        className="mb-3 inline-flex items-center gap-1.5 rounded text-[0.8125rem] text-muted hover:text-ink"
      >
        <ArrowLeft className="size-3.5" aria-hidden="true" /> Models
      </Link>
      <h1 className="text-xl font-semibold tracking-tight">Upload a model</h1>
      <p className="mt-1 mb-5 text-muted">
        An ONNX file of a detector, up to 512 MiB: exports of YOLO, RT-DETR and YOLOX are recognised. It is checked and
        tried in a process of its own before anything uses it.
      </p>
      <div className="card p-4 sm:p-6">
        <UploadForm name={typeof name === 'string' ? name : ''} />
      </div>
    </div>
  );
}
