import { type ReactNode, useId } from 'react';

const inputClass =
  'h-10 w-full rounded-lg border border-line-strong bg-canvas px-3 text-sm text-ink outline-none transition focus:border-accent focus:ring-2 focus:ring-accent/30 aria-invalid:border-danger';

/** Attributes of a field's control. */
export interface FieldControl {
  readonly id: string;
  readonly 'aria-describedby': string;
  readonly 'aria-invalid': boolean;
  readonly className: string;
}

/** A control with its name, what it means, and what is wrong with it. */
export function Field({
  name,
  hint,
  problem,
  children,
}: {
  readonly name: string;
  readonly hint?: ReactNode;
  readonly problem?: string | undefined;
  readonly children: (control: FieldControl) => ReactNode;
}) {
  const id = useId();
  const isWrong = problem !== undefined;
  return (
    <div className="flex min-w-0 flex-col gap-1.5">
      <label htmlFor={id} className="text-[0.8125rem] font-medium">
        {name}
      </label>
      {children({ id, 'aria-describedby': `${id}-words`, 'aria-invalid': isWrong, className: inputClass })}
      <div id={`${id}-words`} className="text-xs empty:hidden">
        {hint && <p className="text-muted">{hint}</p>}
        <p role="alert" className="font-medium text-danger empty:hidden">
          {problem}
        </p>
      </div>
    </div>
  );
}
