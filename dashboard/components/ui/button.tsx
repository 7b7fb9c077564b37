import { clsx } from 'clsx';
import type { ComponentProps, ReactNode } from 'react';

type Kind = 'primary' | 'plain' | 'quiet' | 'danger';

const kinds: Readonly<Record<Kind, string>> = {
  primary: 'bg-accent text-accent-ink hover:brightness-105 active:brightness-95 font-medium',
  plain: 'border border-line-strong bg-surface text-ink hover:bg-raised',
  quiet: 'text-muted hover:bg-raised hover:text-ink',
  danger: 'bg-danger-solid text-white hover:brightness-105 active:brightness-95 font-medium',
};

export const buttonClass = (kind: Kind = 'plain', className?: string): string =>
  clsx(
    'inline-flex h-9 items-center justify-center gap-2 rounded-lg px-3.5 text-sm whitespace-nowrap transition select-none',
    'disabled:pointer-events-none disabled:opacity-50 [&_svg]:size-4 [&_svg]:shrink-0',
    kinds[kind],
    className,
  );

export function Button({ kind = 'plain', className, ...rest }: ComponentProps<'button'> & { readonly kind?: Kind }) {
  return <button type="button" className={buttonClass(kind, className)} {...rest} />;
}

/** A button that shows only an icon; `label` is what it does, for those who cannot see it, and as tooltip. */
export function IconButton({
  label,
  className,
  children,
  ...rest
}: ComponentProps<'button'> & { readonly label: string; readonly children: ReactNode }) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      className={clsx(
        'inline-flex size-9 shrink-0 items-center justify-center rounded-lg text-muted transition hover:bg-raised hover:text-ink',
        'disabled:pointer-events-none disabled:opacity-40 [&_svg]:size-[1.125rem]',
        className,
      )}
      {...rest}
    >
      {children}
    </button>
  );
}
