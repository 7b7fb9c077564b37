import { clsx } from 'clsx';
import type { ModelChoice } from '#generated/documents.ts';
import { modelCost, viewWords } from '#lib/model-words.ts';

/** What to look for: one box for each model, with its cost. */
export function ModelPicker({
  models,
  chosen,
  onChange,
  inherited,
  inherits,
  onInherits,
}: {
  readonly models: readonly ModelChoice[];
  readonly chosen: readonly string[];
  readonly onChange: (chosen: readonly string[]) => void;
  /** What it has without a choice, in words. */
  readonly inherited: string;
  /** True: it has what is inherited. */
  readonly inherits: boolean;
  readonly onInherits: (inherits: boolean) => void;
}) {
  const toggle = (name: string): void =>
    onChange(chosen.includes(name) ? chosen.filter(one => one !== name) : inOrder([...chosen, name], models));
  const gone = chosen.filter(name => !models.some(model => model.name === name));
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-1.5 text-[0.8125rem] font-medium">What to look for</legend>
      {models.length === 0 && (
        <p className="text-sm text-muted">
          Inference has not reported its models yet. Save the camera now, and choose in its settings later.
        </p>
      )}
      <label className="mb-1 flex items-center gap-2 text-sm">
        <input
          type="checkbox"
          checked={inherits}
          onChange={event => onInherits(event.target.checked)}
          className="size-6 sm:size-4 accent-(--accent)"
        />
        {inherited}
      </label>
      <div className="grid gap-2 sm:grid-cols-2">
        {models.map(model => {
          const isChosen = chosen.includes(model.name);
          return (
            <label
              key={model.name}
              className={clsx(
                'flex cursor-pointer items-start gap-3 rounded-lg border px-3 py-2.5 transition has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent',
                isChosen ? 'border-accent bg-accent-soft' : 'border-line-strong hover:bg-raised',
              )}
            >
              <input
                type="checkbox"
                checked={isChosen}
                onChange={() => toggle(model.name)}
                className="mt-0.5 size-6 shrink-0 sm:size-4 accent-(--accent)"
              />
              <span className="min-w-0">
                <span className="block text-sm font-medium">{model.title}</span>
                <span className="block text-xs text-muted">
                  {model.name} · {modelCost(model)}
                </span>
                {model.cropsOf !== null && (
                  <span className="mt-0.5 block text-xs text-muted">Looks at {viewWords(model)}.</span>
                )}
                {model.note && <span className="mt-0.5 block text-xs text-muted">{model.note}</span>}
              </span>
            </label>
          );
        })}
      </div>
      {gone.map(name => (
        <p key={name} className="text-sm text-warn">
          The model {name} is chosen, and no inference process has it.{' '}
          <button type="button" className="underline" onClick={() => toggle(name)}>
            Take it out
          </button>
        </p>
      ))}
      {models.length > 0 && chosen.length === 0 && !inherits && (
        <p className="text-xs text-muted">With nothing chosen a camera is only shown: no rule can find anything.</p>
      )}
    </fieldset>
  );
}

/** A plan in which the models that look at boxes come after those that find them. */
function inOrder(chosen: readonly string[], models: readonly ModelChoice[]): readonly string[] {
  const looksAtBoxes = (name: string): boolean => models.some(model => model.name === name && model.cropsOf !== null);
  return [...chosen.filter(name => !looksAtBoxes(name)), ...chosen.filter(looksAtBoxes)];
}
