import { FileUp, Store } from 'lucide-react';
import type { Metadata } from 'next';
import Link from 'next/link';
import { connection } from 'next/server';
import { ModelList } from '#components/models/model-list.tsx';
import { buttonClass } from '#components/ui/button.tsx';
import { Refresh } from '#components/ui/refresh.client.tsx';
import { ModelsPage } from '#generated/documents.ts';
import { ask, findMe } from '#lib/gateway.server.ts';

export const metadata: Metadata = { title: 'Models' };

/** Inference reports every three seconds. */
const REFRESH_MS = 5_000;

export default async function ModelsRoute() {
  await connection();
  const [{ models }, me] = await Promise.all([ask(ModelsPage, {}), findMe()]);
  return (
    <div className="mx-auto max-w-[80rem]">
      <div className="flex flex-wrap items-center gap-2">
        <h1 className="flex-1 text-xl font-semibold tracking-tight">Models</h1>
        {(me?.canEdit || me?.canChangeModels) && (
          <Link href="/plans" prefetch={false} className={buttonClass()}>
            <Store aria-hidden="true" /> By store
          </Link>
        )}
        {me?.canChangeModels && (
          <Link href="/upload-model" prefetch={false} className={buttonClass('primary')}>
            <FileUp aria-hidden="true" /> Upload a model
          </Link>
        )}
      </div>
      <p className="mt-1 mb-5 text-muted">
        Networks that can look at pictures. A camera's settings choose which; inference opens those that a running
        camera needs.
      </p>
      <Refresh everyMs={REFRESH_MS} />
      <ModelList models={models} />
    </div>
  );
}
