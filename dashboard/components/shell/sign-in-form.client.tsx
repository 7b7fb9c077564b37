'use client';

import { CircleAlert, LoaderCircle } from 'lucide-react';
import { type FormEvent, useState, useSyncExternalStore } from 'react';
import { Button } from '#components/ui/button.tsx';

const fieldClass =
  'h-10 w-full rounded-lg border border-line-strong bg-canvas px-3 text-[0.9375rem] outline-none transition focus:border-accent focus:ring-2 focus:ring-accent/30';

const never = (): (() => void) => () => {};

/** Signs in and goes to `next`. The button is disabled until the script runs; otherwise the browser would submit the form itself. */
export function SignInForm({ next }: { readonly next: string }) {
  const [problem, setProblem] = useState<string>();
  const [busy, setBusy] = useState(false);
  const ready = useSyncExternalStore(
    never,
    () => true,
    () => false,
  );
  const submit = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setBusy(true);
    const found = await signIn(String(form.get('login')).trim(), String(form.get('password')));
    setProblem(found);
    // Loads the page anew, so that the shell is rendered for the new user.
    if (found === undefined) window.location.assign(`/app${next}`);
    else setBusy(false);
  };
  return (
    <form data-testid="sign-in" method="post" onSubmit={submit} className="flex flex-col gap-4">
      <label className="flex flex-col gap-1.5">
        <span className="text-[0.8125rem] font-medium">Login</span>
        <input
          name="login"
          required
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          className={fieldClass}
        />
      </label>
      <label className="flex flex-col gap-1.5">
        <span className="text-[0.8125rem] font-medium">Password</span>
        <input name="password" type="password" required autoComplete="current-password" className={fieldClass} />
      </label>
      <p role="alert" className="text-sm text-danger empty:hidden">
        {problem && (
          <span className="flex gap-2 rounded-lg bg-danger-soft px-3 py-2">
            <CircleAlert className="mt-0.5 size-4 shrink-0" aria-hidden="true" />
            {problem}
          </span>
        )}
      </p>
      <Button type="submit" kind="primary" disabled={busy || !ready} className="h-10 w-full">
        {busy && <LoaderCircle className="animate-spin" aria-hidden="true" />}
        Sign in
      </Button>
    </form>
  );
}

/** Undefined: signed in. Otherwise an error text for the user. */
async function signIn(login: string, password: string): Promise<string | undefined> {
  try {
    const response = await fetch('/auth/login', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ login, password }),
    });
    if (response.ok) return undefined;
    if (response.status === 400 || response.status === 401 || response.status === 403) {
      return 'This login and password do not belong together.';
    }
    if (response.status === 429) return 'Too many tries. Wait a minute, then try again.';
    return `The gateway answered ${response.status}. It may still be starting: try again in a moment.`;
  } catch {
    return 'The gateway does not answer. Is Sightline running?';
  }
}
