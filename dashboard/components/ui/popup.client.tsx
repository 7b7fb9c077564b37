'use client';

import { type ComponentType, type ReactNode, useEffect, useState } from 'react';
import { POPUPS } from './popups.ts';

/** A portal of a menu or popover that draws within the page's main part. */
export function Popup({
  of: Portal,
  children,
}: {
  readonly of: ComponentType<{ readonly container?: HTMLElement | null; readonly children?: ReactNode }>;
  readonly children: ReactNode;
}) {
  const [container, setContainer] = useState<HTMLElement | null>(null);
  useEffect(() => setContainer(document.getElementById(POPUPS)), []);
  return <Portal {...(container && { container })}>{children}</Portal>;
}
