import { ArrowLeft, Lock } from 'lucide-react';
import type { Metadata } from 'next';
import Link from 'next/link';
import { connection } from 'next/server';
import { PlanForm } from '#components/models/plan-form.client.tsx';
import { Notice } from '#components/ui/notice.tsx';
import { PlansPage } from '#generated/documents.ts';
import { ask, findMe } from '#lib/gateway.server.ts';

export const metadata: Metadata = { title: 'What cameras look for' };

export default async function PlansRoute() {
  await connection();
  const [{ chain, stores, models }, me] = await Promise.all([ask(PlansPage, {}), findMe()]);
  if (!me?.canEdit && !me?.canChangeModels) {
    return (
      <Notice icon={Lock} title="You may not change what cameras look for">
        Ask an administrator, or a manager of the store.
      </Notice>
    );
  }
  const isAmbiguous = (name: string): boolean => stores.filter(store => store.name === name).length > 1;
  return (
    <div className="mx-auto max-w-3xl">
      <Link
        href="/models"
        prefetch={false}
        className="mb-3 inline-flex items-center gap-1.5 rounded text-[0.8125rem] text-muted hover:text-ink"
      >
        <ArrowLeft className="size-3.5" aria-hidden="true" /> Models
      </Link>
      <h1 className="text-xl font-semibold tracking-tight">What cameras look for</h1>
      <p className="mt-1 mb-5 text-muted">
        For the cameras that have no models of their own: those of the store, or else those of the chain. A change takes
        effect two seconds later.
      </p>
      <div className="flex flex-col gap-5">
        {me.canChangeModels && (
          <PlanForm name="The chain" inherited="The models that inference is set to" place={chain} models={models} />
        )}
        {me.canEdit &&
          stores.map(store => (
            <PlanForm
              key={store.storeId}
              name={store.demo ? `${store.name} (demo)` : store.name}
              hint={[store.city, ...(isAmbiguous(store.name) ? [store.storeId] : [])].filter(Boolean).join(' · ')}
              inherited="The same as the chain"
              place={store}
              models={models}
            />
          ))}
      </div>
    </div>
  );
}
