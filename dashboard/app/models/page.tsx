import type { Metadata } from 'next';
import { connection } from 'next/server';
import { ModelList } from '#components/models/model-list.tsx';
import { Refresh } from '#components/ui/refresh.client.tsx';
import { ModelsPage } from '#generated/documents.ts';
import { ask } from '#lib/gateway.server.ts';

export const metadata: Metadata = { title: 'Models' };

/** Inference reports every three seconds. */
const REFRESH_MS = 5_000;

export default async function ModelsRoute() {
  await connection();
  const { models } = await ask(ModelsPage, {});
  return (
    <div className="mx-auto max-w-[80rem]">
      <h1 className="text-xl font-semibold tracking-tight">Models</h1>
      <p className="mt-1 mb-5 text-muted">
        Networks that can look at pictures. A camera's settings choose which; inference opens those that a running
        camera needs.
      </p>
      <Refresh everyMs={REFRESH_MS} />
      <ModelList models={models} />
    </div>
  );
}
