'use client';

import { Copy, FileWarning, RotateCcw, Trash2 } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { Button } from '#components/ui/button.tsx';
import type { LivePageResult } from '#generated/documents.ts';
import { restore } from './restore.client.ts';

type FileNotice = LivePageResult['fileNotices'][number];

/** Files in `videos/` that are no camera of their own, each with why and what to do. */
export function FileNotices({
  files,
  canEdit,
}: {
  readonly files: LivePageResult['fileNotices'];
  readonly canEdit: boolean;
}) {
  if (files.length === 0) return null;
  return (
    <ul aria-label="Files that are no camera" className="flex w-full flex-col gap-2">
      {files.map(file => (
        <li
          key={file.fileId}
          className="flex flex-wrap items-center gap-x-3 gap-y-2 rounded-xl border border-line-strong bg-surface px-4 py-3 text-sm"
        >
          <FileIcon file={file} />
          <span className="min-w-0 flex-1 basis-52 break-words">{file.message}</span>
          {canEdit && file.removedCameraId !== null && <Restore cameraId={file.removedCameraId} />}
        </li>
      ))}
    </ul>
  );
}

function FileIcon({ file }: { readonly file: FileNotice }) {
  if (file.removedCameraId !== null) return <Trash2 aria-hidden className="size-5 shrink-0 text-muted" />;
  if (file.unreadable) return <FileWarning aria-hidden className="size-5 shrink-0 text-warn" />;
  return <Copy aria-hidden className="size-5 shrink-0 text-muted" />;
}

function Restore({ cameraId }: { readonly cameraId: string }) {
  const router = useRouter();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const go = async (): Promise<void> => {
    setBusy(true);
    const found = await restore(cameraId);
    setBusy(false);
    setProblem(found);
    if (found === undefined) router.refresh();
  };
  return (
    <>
      <Button disabled={busy} onClick={go}>
        <RotateCcw aria-hidden="true" /> Bring it back
      </Button>
      <p role="alert" className="basis-full rounded-lg bg-danger-soft px-3 py-2 text-danger empty:hidden">
        {problem}
      </p>
    </>
  );
}
