import { clsx } from 'clsx';
import { BrainCircuit, CircleAlert, CircleCheck, CircleDashed, CircleHelp, FlaskConical } from 'lucide-react';
import Link from 'next/link';
import { Badge } from '#components/ui/badge.tsx';
import { CopyButton } from '#components/ui/copy-button.client.tsx';
import { Notice } from '#components/ui/notice.tsx';
import type { ModelFacts, ModelState } from '#generated/documents.ts';
import { megabytes, milliseconds, viewWords } from '#lib/model-words.ts';
import { count } from '#lib/words.ts';

const looks: Readonly<
  Record<ModelState, { readonly icon: typeof CircleCheck; readonly word: string; readonly text: string }>
> = {
  OPEN: { icon: CircleCheck, word: 'Runs', text: 'text-ok' },
  CLOSED: { icon: CircleDashed, word: 'Not needed now', text: 'text-muted' },
  FAILED: { icon: CircleAlert, word: 'Does not work', text: 'text-danger' },
  UNKNOWN: { icon: CircleHelp, word: 'In a state of a newer version', text: 'text-warn' },
};
const failing = { icon: CircleAlert, word: 'Fails on some pictures', text: 'text-warn' };

export function ModelList({ models }: { readonly models: readonly ModelFacts[] }) {
  if (models.length === 0) {
    return (
      <Notice icon={BrainCircuit} title="No models yet">
        No inference process has reported its models. The health page says how inference is.
      </Notice>
    );
  }
  return (
    <ul className="grid gap-5 lg:grid-cols-2">
      {models.map(model => (
        <li key={model.name}>
          <ModelCard model={model} linked />
        </li>
      ))}
    </ul>
  );
}

/** What a model is and how it runs. `linked`: its title leads to its page. */
export function ModelCard({ model, linked }: { readonly model: ModelFacts; readonly linked: boolean }) {
  return (
    <article data-testid="model" data-name={model.name} className="card flex h-full flex-col gap-3 p-4 sm:p-5">
      <header className="flex flex-wrap items-start gap-2">
        <div className="min-w-0 flex-1">
          <h2 className="font-semibold">
            {linked ? (
              <Link
                href={`/models/${encodeURIComponent(model.name)}`}
                prefetch={false}
                className="-my-1 inline-block rounded py-1 hover:underline"
              >
                {model.title}
              </Link>
            ) : (
              model.title
            )}
          </h2>
          <p className="text-[0.8125rem] text-muted">
            {model.name} {model.version} · {count(model.cameraCount, 'camera')}
          </p>
        </div>
        {model.standard && <Badge>Standard</Badge>}
        {model.uploaded && <Badge>Yours</Badge>}
      </header>
      {model.note && (
        <p className="flex items-start gap-2 text-xs text-muted">
          <FlaskConical className="mt-px size-3.5 shrink-0" aria-hidden="true" />
          {model.note}
        </p>
      )}
      <Processes model={model} />
      <dl className="mt-auto grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1.5 border-t border-line pt-3 text-[0.8125rem]">
        <Fact name="Looks at">{viewWords(model)}</Fact>
        {model.classes.length > 0 && <Fact name="Finds">{classWords(model.classes)}</Fact>}
        <Fact name="From">{model.origin}</Fact>
        <Fact name="Licence">{model.licence}</Fact>
        <Fact name="File">
          <span className="flex items-center gap-1">
            <span className="shrink-0">{megabytes(model.fileBytes)}</span>
            <code className="truncate font-mono text-xs text-faint">sha256 {model.sha256}</code>
            <CopyButton text={model.sha256} what="Hash of the file" />
          </span>
        </Fact>
      </dl>
    </article>
  );
}

function Processes({ model: { processes: all, version: serving, uploaded, cropsOf } }: { readonly model: ModelFacts }) {
  const processes = all.filter(({ version, state }) => version === serving || state !== 'CLOSED');
  if (processes.length === 0) return <p className="text-sm text-warn">No inference process that has it runs now.</p>;
  return (
    <ul className="flex flex-col gap-1 text-sm">
      {processes.map(({ process, version, state, reason, pictures, runs, msPerPicture }) => {
        const { icon: Icon, word, text } = state === 'OPEN' && reason !== null ? failing : looks[state];
        return (
          <li key={`${process} ${version}`} className="flex flex-wrap items-center gap-x-2">
            <Icon className={clsx('size-4 shrink-0', text)} aria-hidden="true" />
            <span className={clsx('font-medium', text)}>{word}</span>
            <span className="text-muted">
              {uploaded && `version ${version} `}in {process}
            </span>
            {msPerPicture !== null && (
              <span className="numeric text-muted">
                · {milliseconds(msPerPicture)} of a core a picture, {count(pictures, 'picture')}
                {cropsOf !== null && `, ${count(runs, 'part')} of them`}
              </span>
            )}
            {reason && <span className="w-full pl-6 text-[0.8125rem] text-danger">{reason}</span>}
          </li>
        );
      })}
    </ul>
  );
}

const SHOWN_CLASSES = 8;

/** The first classes, and how many more. */
const classWords = (classes: readonly string[]): string =>
  classes.length <= SHOWN_CLASSES
    ? classes.join(', ')
    : `${classes.slice(0, SHOWN_CLASSES).join(', ')} and ${classes.length - SHOWN_CLASSES} more`;

function Fact({ name, children }: { readonly name: string; readonly children: React.ReactNode }) {
  return (
    <>
      <dt className="text-faint">{name}</dt>
      <dd className="min-w-0 break-words">{children}</dd>
    </>
  );
}
