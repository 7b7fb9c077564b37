import { ArrowLeft, FileUp } from 'lucide-react';
import type { Metadata } from 'next';
import Link from 'next/link';
import { notFound } from 'next/navigation';
import { ModelCard } from '#components/models/model-list.tsx';
import { RemoveModelButton } from '#components/models/remove-model.client.tsx';
import { ShadowComparison } from '#components/models/shadow-comparison.client.tsx';
import { TryModel } from '#components/models/try-model.client.tsx';
import { VersionList } from '#components/models/version-list.client.tsx';
import { buttonClass } from '#components/ui/button.tsx';
import { Refresh } from '#components/ui/refresh.client.tsx';
import { ModelPage } from '#generated/documents.ts';
import { ask, findMe, notThere } from '#lib/gateway.server.ts';

export const metadata: Metadata = { title: 'Model' };

/** Inference reports every three seconds. */
const REFRESH_MS = 5_000;

export default async function ModelRoute({ params }: PageProps<'/models/[name]'>) {
  const name = decodeURIComponent((await params).name);
  const [{ model, cameras }, me] = await Promise.all([ask(ModelPage, { name }).catch(notThere), findMe()]);
  if (!model) notFound();
  const { uploaded } = model;
  const canChange = me?.canChangeModels === true && uploaded !== null;
  return (
    <div className="mx-auto max-w-[60rem]">
      <Link
        href="/models"
        prefetch={false}
        className="mb-3 inline-flex items-center gap-1.5 rounded text-[0.8125rem] text-muted hover:text-ink"
      >
        <ArrowLeft className="size-3.5" aria-hidden="true" /> Models
      </Link>
      <div className="mb-5 flex flex-wrap items-center gap-2">
        <h1 className="min-w-[60%] flex-1 text-xl font-semibold tracking-tight break-words">{model.title}</h1>
        {canChange && (
          <>
            <Link
              href={`/upload-model?name=${encodeURIComponent(model.name)}`}
              prefetch={false}
              className={buttonClass()}
            >
              <FileUp aria-hidden="true" /> New version
            </Link>
            <RemoveModelButton name={model.name} expectedVersion={uploaded.entityVersion} />
          </>
        )}
      </div>
      <Refresh everyMs={REFRESH_MS} />
      <div className="flex flex-col gap-6">
        <ModelCard model={model} linked={false} />
        {uploaded && <VersionList model={model} uploaded={uploaded} canChange={canChange} />}
        {canChange && uploaded.shadow !== null && <ShadowComparison name={model.name} shadow={uploaded.shadow} />}
        {canChange && (
          <TryModel
            name={model.name}
            versions={uploaded.versions.map(({ version }) => version)}
            cameras={cameras.filter(({ active }) => active)}
          />
        )}
      </div>
    </div>
  );
}
