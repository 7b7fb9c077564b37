'use client';

import { clsx } from 'clsx';
import { useEffect, useState } from 'react';
import { RelativeTime } from '#components/ui/relative-time.client.tsx';
import { type ComponentRow, HealthPage, type HealthPageResult } from '#generated/documents.ts';
import { askFromBrowser } from '#lib/gateway.client.ts';
import { count } from '#lib/words.ts';
import { ComponentList } from './component-list.client.tsx';
import { healthLooks } from './health-look.ts';

const EVERY_MS = 5000;

/** Shows the health of every process and part, and refreshes it every five seconds. */
export function HealthView({ page }: { readonly page: HealthPageResult }) {
  const { health: heard, lost } = useHealth(page);
  const health = lost ? withoutGateway(heard) : heard;
  const troubled = health.components.filter(component => component.status !== 'HEALTHY');
  const { icon: Icon, text, soft } = healthLooks[health.status];
  return (
    <div className="mx-auto max-w-[80rem]">
      <section role="status" className={clsx('card mb-5 flex items-center gap-4 p-5', text)}>
        <span className={clsx('grid size-12 shrink-0 place-items-center rounded-xl', soft)}>
          <Icon className="size-6" aria-hidden="true" />
        </span>
        <div>
          <h1 className="text-lg font-semibold text-ink">
            {lost ? 'The gateway does not answer' : headline(health, troubled)}
          </h1>
          <p className="text-[0.8125rem] text-muted">
            Version {health.version} · checked <RelativeTime iso={health.timestamp} timeZone="UTC" />
          </p>
        </div>
      </section>
      <div className="grid items-start gap-5 lg:grid-cols-2">
        <ComponentList
          title="Processes"
          components={health.components.filter(component => component.kind === 'process')}
        />
        <ComponentList
          title="Parts they need"
          components={health.components.filter(component => component.kind !== 'process')}
        />
      </div>
    </div>
  );
}

/** The gateway tells of all others, so without it their state is that of its last answer. */
function withoutGateway(last: HealthPageResult['health']): HealthPageResult['health'] {
  const components = last.components.map(component =>
    component.name === 'gateway'
      ? {
          ...component,
          status: 'UNHEALTHY' as const,
          sentence: 'It does not answer. The others are shown as it last saw them.',
        }
      : component,
  );
  return { ...last, status: 'UNHEALTHY', components };
}

function headline(health: HealthPageResult['health'], troubled: readonly ComponentRow[]): string {
  if (health.status === 'HEALTHY') return 'All is well';
  const names = troubled.map(component => component.name).join(', ');
  return names ? `${count(troubled.length, 'component')} in trouble: ${names}` : healthLooks[health.status].word;
}

function useHealth(page: HealthPageResult): { readonly health: HealthPageResult['health']; readonly lost: boolean } {
  const [health, setHealth] = useState(page.health);
  const [lost, setLost] = useState(false);
  useEffect(() => {
    const timer = setInterval(async () => {
      if (document.hidden) return;
      const answer = await askFromBrowser(HealthPage, {}).catch(() => undefined);
      setLost(answer === undefined);
      if (answer) setHealth(answer.health);
    }, EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  return { health, lost };
}
