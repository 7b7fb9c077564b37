import { Plus, Video } from 'lucide-react';
import Link from 'next/link';
import { buttonClass } from '#components/ui/button.tsx';
import { Notice } from '#components/ui/notice.tsx';
import type { LivePageResult } from '#generated/documents.ts';
import { FileNotices } from './file-notices.client.tsx';

export function NoCameras({
  fileNotices,
  canEdit,
}: Pick<LivePageResult, 'fileNotices'> & { readonly canEdit: boolean }) {
  return (
    <Notice
      icon={Video}
      title="No cameras yet"
      actions={
        canEdit && (
          <Link href="/add-camera" prefetch={false} className={buttonClass('primary')}>
            <Plus aria-hidden="true" /> Add camera
          </Link>
        )
      }
    >
      <p>
        Add a camera by its address. Or put a video file into the folder{' '}
        <code className="rounded bg-raised px-1.5 py-0.5 font-mono text-ink">videos/</code> and it becomes a camera at
        once, named after the file. The whole picture is judged until you draw a zone.
      </p>
      <div className="mt-6">
        <FileNotices files={fileNotices} canEdit={canEdit} />
      </div>
    </Notice>
  );
}
