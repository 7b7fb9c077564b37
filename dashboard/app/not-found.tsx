import { Compass } from 'lucide-react';
import Link from 'next/link';
import { buttonClass } from '#components/ui/button.tsx';
import { Notice } from '#components/ui/notice.tsx';

export default function NotFound() {
  return (
    <Notice
      icon={Compass}
      title="There is no such page"
      actions={
        <Link href="/" className={buttonClass()}>
          To the live wall
        </Link>
      }
    >
      The address may be mistyped, or what it showed is gone.
    </Notice>
  );
}
