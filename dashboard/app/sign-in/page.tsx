import type { Metadata } from 'next';
import { BrandMark } from '#components/shell/brand.tsx';
import { SignInForm } from '#components/shell/sign-in-form.client.tsx';
import { ownPath } from '#lib/own-path.ts';

export const metadata: Metadata = { title: 'Sign in' };

export default async function SignInPage({ searchParams }: PageProps<'/sign-in'>) {
  const { next } = await searchParams;
  return (
    // Not centred by its height: what has arrived would move when the rest does.
    <div className="fixed inset-0 z-50 overflow-y-auto bg-canvas p-4">
      <main className="mx-auto w-full max-w-[23rem] pt-[max(1.5rem,16dvh)] pb-10">
        <div className="mb-7 flex flex-col items-center text-center">
          <BrandMark className="mb-4 size-12" />
          <h1 className="text-xl font-semibold tracking-tight">Sign in to Sightline</h1>
          <p className="mt-1.5 text-muted">Every camera, every store, with proof.</p>
        </div>
        <div className="card p-6">
          <SignInForm next={ownPath(next)} />
        </div>
        <p className="mt-5 text-center text-xs text-balance text-muted">
          First time here? Login and password were printed in the terminal by{' '}
          <code className="rounded bg-raised px-1.5 py-0.5 font-mono text-ink">npm start</code>.
        </p>
      </main>
    </div>
  );
}
