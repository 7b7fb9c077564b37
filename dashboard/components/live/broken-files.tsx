import { FileWarning } from 'lucide-react';
import type { LivePageResult } from '#generated/documents.ts';

/** Files in `videos/` that could not become a camera, each with what to do. */
export function BrokenFiles({ files }: { readonly files: LivePageResult['brokenFiles'] }) {
  if (files.length === 0) return null;
  return (
    <ul aria-label="Files that cannot be read" className="flex w-full flex-col gap-2">
      {files.map(({ fileId, message }) => (
        <li
          key={fileId}
          className="flex items-center gap-3 rounded-xl border border-line-strong bg-surface px-4 py-3 text-sm"
        >
          <FileWarning aria-hidden className="size-5 shrink-0 text-warn" />
          <span className="min-w-0 break-words">{message}</span>
        </li>
      ))}
    </ul>
  );
}
