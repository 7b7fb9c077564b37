import type { Metadata } from 'next';
import { connection } from 'next/server';
import { HealthView } from '#components/health/health-view.client.tsx';
import { HealthPage } from '#generated/documents.ts';
import { ask } from '#lib/gateway.server.ts';

export const metadata: Metadata = { title: 'Health' };

export default async function HealthRoute() {
  await connection();
  return <HealthView page={await ask(HealthPage, {})} />;
}
