import { CameraOff } from 'lucide-react';
import Link from 'next/link';
import { buttonClass } from '#components/ui/button.tsx';
import { Notice } from '#components/ui/notice.tsx';

export default function CameraNotFound() {
  return (
    <Notice
      icon={CameraOff}
      title="There is no such camera"
      actions={
        <Link href="/" className={buttonClass()}>
          To the live wall
        </Link>
      }
    >
      It may have been removed, or belong to a store that was not granted to you.
    </Notice>
  );
}
