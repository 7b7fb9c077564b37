'use client';

import { clsx } from 'clsx';
import { ChevronDown } from 'lucide-react';
import { RelativeTime } from '#components/ui/relative-time.client.tsx';
import type { ComponentRow } from '#generated/documents.ts';
import { componentWords } from './component-words.ts';
import { healthLooks } from './health-look.ts';

export function ComponentList({
  title,
  components,
}: {
  readonly title: string;
  readonly components: readonly ComponentRow[];
}) {
  return (
    <section aria-label={title} className="card overflow-hidden">
      <h2 className="px-4 pt-3.5 pb-2 font-semibold">{title}</h2>
      {components.length === 0 ? (
        <p className="px-4 pb-4 text-sm text-muted">None has reported yet.</p>
      ) : (
        <ul className="divide-y divide-line">
          {components.map(component => (
            <li key={component.name}>
              <Component component={component} />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Component({ component }: { readonly component: ComponentRow }) {
  const { icon: Icon, word, text } = healthLooks[component.status];
  const details = rowsOf(component.details);
  const words = componentWords(component.name);
  const well = component.status === 'HEALTHY';
  return (
    <details className="group" data-testid="health-component" data-name={component.name} data-status={component.status}>
      <summary className="grid cursor-pointer list-none grid-cols-[auto_minmax(0,1fr)_auto_auto] items-center gap-3 px-4 py-3 hover:bg-raised focus-visible:outline-offset-[-2px] [&::-webkit-details-marker]:hidden">
        <Icon className={clsx('size-4', text)} aria-hidden="true" />
        <span className="min-w-0">
          <span className="font-medium">{component.name}</span>
          {words && <span className="text-[0.8125rem] text-muted"> · {words.does}</span>}
          {!well && <span className="block text-[0.8125rem]">{component.sentence}</span>}
          {!well && words && <span className="block text-[0.8125rem] text-muted">Meanwhile: {words.whenDown}</span>}
        </span>
        <span className={clsx('text-xs', text)}>
          {word}
          <span className="ml-2 hidden text-faint sm:inline">
            <RelativeTime iso={component.checkedAt} timeZone="UTC" />
          </span>
        </span>
        <ChevronDown className="size-4 text-faint transition group-open:rotate-180" aria-hidden="true" />
      </summary>
      {well && (
        <p className="px-4 pb-3 pl-11 text-[0.8125rem] text-muted">
          {component.sentence}
          {words && ` Without it: ${words.whenDown}`}
        </p>
      )}
      {details.length > 0 && (
        <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1 px-4 pb-3 pl-11 font-mono text-xs">
          {details.map(([name, value]) => (
            <div key={name} className="contents">
              <dt className="text-faint">{name}</dt>
              <dd className="numeric break-words">{value}</dd>
            </div>
          ))}
        </dl>
      )}
    </details>
  );
}

/** Details as lines; nested values as JSON. */
function rowsOf(details: unknown): readonly (readonly [string, string])[] {
  if (typeof details !== 'object' || details === null) return [];
  return Object.entries(details).map(
    ([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)] as const,
  );
}
