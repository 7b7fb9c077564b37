import { SearchX } from 'lucide-react';
import Link from 'next/link';
import { buttonClass } from '#components/ui/button.tsx';
import { Notice } from '#components/ui/notice.tsx';

export default function ViolationNotFound() {
  return (
    <Notice
      icon={SearchX}
      title="No violation has this id"
      actions={
        <Link href="/violations" className={buttonClass()}>
          To all violations
        </Link>
      }
    >
      It may belong to a store that was not granted to you, or be stored in a form that is no longer readable.
    </Notice>
  );
}
