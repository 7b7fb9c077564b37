'use client';

import { Menu } from '@base-ui/react/menu';
import { CircleUserRound, Keyboard, LogOut } from 'lucide-react';
import { Popup } from '#components/ui/popup.client.tsx';
import type { Role } from '#generated/documents.ts';
import { roleWords } from '#lib/words.ts';
import { showKeyHelp } from './key-help.client.tsx';

const itemClass =
  'flex h-9 w-full items-center gap-2.5 rounded-md px-2.5 text-sm outline-none select-none data-highlighted:bg-raised [&_svg]:size-4 [&_svg]:text-muted';

export function UserMenu({ login, role }: { readonly login: string; readonly role: Role }) {
  return (
    <Menu.Root>
      <Menu.Trigger
        aria-label={`Signed in as ${login}`}
        className="inline-flex size-9 items-center justify-center rounded-lg text-muted transition hover:bg-raised hover:text-ink data-popup-open:bg-raised"
      >
        <CircleUserRound className="size-[1.125rem]" aria-hidden="true" />
      </Menu.Trigger>
      <Popup of={Menu.Portal}>
        <Menu.Positioner sideOffset={6} align="end" className="z-40">
          <Menu.Popup className="w-56 rounded-xl border border-line bg-surface p-1.5 shadow-(--shadow-pop) outline-none">
            <div className="border-b border-line px-2.5 pt-1 pb-2.5 mb-1.5">
              <p className="truncate font-medium">{login}</p>
              <p className="text-xs text-muted">{roleWords[role]}</p>
            </div>
            <Menu.Item className={itemClass} onClick={showKeyHelp}>
              <Keyboard aria-hidden="true" /> Keyboard shortcuts
            </Menu.Item>
            <Menu.Item className={itemClass} onClick={() => void signOut()}>
              <LogOut aria-hidden="true" /> Sign out
            </Menu.Item>
          </Menu.Popup>
        </Menu.Positioner>
      </Popup>
    </Menu.Root>
  );
}

/** Signs out and loads the page anew, so that no data of the user stays in the tab. */
async function signOut(): Promise<void> {
  await fetch('/auth/logout', { method: 'POST' }).catch(() => undefined);
  window.location.assign('/app/sign-in');
}
