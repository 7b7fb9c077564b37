'use client';

import { CloudOff, LockKeyhole, RotateCw, TriangleAlert } from 'lucide-react';
import { Button } from './button.tsx';
import { Notice } from './notice.tsx';

const looks = {
  UNREACHABLE: {
    icon: CloudOff,
    title: 'The gateway does not answer',
    text: 'Nothing is lost: cameras are watched and violations are kept without it. It may still be starting.',
  },
  UNAVAILABLE: {
    icon: CloudOff,
    title: 'A part of Sightline is not reached',
    text: 'What this page needs does not answer now. Nothing is lost; try again in a moment.',
  },
  FORBIDDEN: { icon: LockKeyhole, title: 'Not for your role', text: 'Ask an administrator for access to this store.' },
  OTHER: {
    icon: TriangleAlert,
    title: 'This page could not be made',
    text: 'Try again. If it stays so, the log of the dashboard says why.',
  },
} as const;

/** Why a page could not be made, as far as the code of the error tells. Trying again loads all of it: what surrounds it may be missing too. */
export function PageError({ error }: { readonly error: unknown }) {
  const digest = error instanceof Error && 'digest' in error ? String(error.digest) : 'OTHER';
  const { icon, title, text } = looks[digest as keyof typeof looks] ?? looks.OTHER;
  return (
    <Notice
      icon={icon}
      title={title}
      actions={
        <Button kind="primary" onClick={() => window.location.reload()}>
          <RotateCw aria-hidden="true" /> Try again
        </Button>
      }
    >
      {text}
    </Notice>
  );
}
