import { clsx } from 'clsx';
import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';

/** A notice in the middle of a page without other content: empty, not found, broken. */
export function Notice({
  icon: Icon,
  title,
  children,
  actions,
  className,
}: {
  readonly icon: LucideIcon;
  readonly title: string;
  readonly children?: ReactNode;
  readonly actions?: ReactNode;
  readonly className?: string;
}) {
  return (
    <div className={clsx('mx-auto flex max-w-md flex-col items-center px-4 py-20 text-center', className)}>
      <span className="mb-5 grid size-14 place-items-center rounded-2xl border border-line bg-surface text-muted">
        <Icon className="size-6" aria-hidden="true" />
      </span>
      <h1 className="text-lg font-semibold">{title}</h1>
      <div className="mt-2 text-pretty text-muted">{children}</div>
      {actions && <div className="mt-6 flex flex-wrap justify-center gap-2">{actions}</div>}
    </div>
  );
}
