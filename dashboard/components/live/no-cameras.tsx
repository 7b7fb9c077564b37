import { Video } from 'lucide-react';
import { Notice } from '#components/ui/notice.tsx';
import type { LivePageResult } from '#generated/documents.ts';
import { FileNotices } from './file-notices.client.tsx';
import { ModelNote } from './model-note.tsx';

export function NoCameras({
  fileNotices,
  canEdit,
}: Pick<LivePageResult, 'fileNotices'> & { readonly canEdit: boolean }) {
  return (
    <Notice icon={Video} title="No cameras yet">
      <p>
        Put a video file into the folder{' '}
        <code className="rounded bg-raised px-1.5 py-0.5 font-mono text-ink">videos/</code> and it becomes a camera at
        once, named after the file. The whole picture is judged until you draw a zone.
      </p>
      <div className="mt-6">
        <FileNotices files={fileNotices} canEdit={canEdit} />
      </div>
      <div className="mt-8 flex justify-center">
        <ModelNote />
      </div>
    </Notice>
  );
}
