import type { Metadata } from 'next';
import { connection } from 'next/server';
import { ModelList } from '#components/models/model-list.tsx';
import { ModelsPage } from '#generated/documents.ts';
import { ask } from '#lib/gateway.server.ts';

export const metadata: Metadata = { title: 'Models' };

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
      <ModelList models={models} />
    </div>
  );
}
