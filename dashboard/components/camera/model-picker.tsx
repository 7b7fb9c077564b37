import { clsx } from 'clsx';
import type { ModelChoice, PlanStepInput, RateNeed } from '#generated/documents.ts';
import { modelCost, viewWords } from '#lib/model-words.ts';
import { StepSettings } from './step-settings.tsx';

/** What to look for: one box for each model, with its cost and how often it looks. */
export function ModelPicker({
  models,
  chosen,
  onChange,
  pictureRate,
  rateNeeds,
  inherited,
  inherits,
  onInherits,
}: {
  readonly models: readonly ModelChoice[];
  readonly chosen: readonly PlanStepInput[];
  readonly onChange: (chosen: readonly PlanStepInput[]) => void;
  /** Most pictures a second that there are to look at. */
  readonly pictureRate: number;
  /** How often the camera's rules need each model; none: not known, as of cameras to come. */
  readonly rateNeeds: readonly RateNeed[];
  /** What it has without a choice, in words. */
  readonly inherited: string;
  /** True: it has what is inherited. */
  readonly inherits: boolean;
  readonly onInherits: (inherits: boolean) => void;
}) {
  const toggle = (name: string): void =>
    onChange(
      chosen.some(({ model }) => model === name)
        ? chosen.filter(({ model }) => model !== name)
        : inOrder([...chosen, { model: name, maxFps: null, byRules: false, tiles: null }], models),
    );
  const change = (changed: PlanStepInput): void =>
    onChange(chosen.map(step => (step.model === changed.model ? changed : step)));
  const gone = chosen.flatMap(({ model: name }) => (models.some(model => model.name === name) ? [] : [name]));
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
          const step = chosen.find(one => one.model === model.name);
          return (
            <div
              key={model.name}
              className={clsx(
                'flex flex-col rounded-lg border transition has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent',
                step ? 'border-accent bg-accent-soft' : 'border-line-strong hover:bg-raised',
              )}
            >
              <label className="flex flex-1 cursor-pointer items-start gap-3 px-3 py-2.5">
                <input
                  type="checkbox"
                  checked={step !== undefined}
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
              {step && (
                <StepSettings
                  model={model}
                  step={step}
                  pictureRate={pictureRate}
                  need={rateNeeds.find(need => need.model === model.name)}
                  onChange={change}
                />
              )}
            </div>
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
function inOrder(chosen: readonly PlanStepInput[], models: readonly ModelChoice[]): readonly PlanStepInput[] {
  const looksAtBoxes = ({ model: name }: PlanStepInput): boolean =>
    models.some(model => model.name === name && model.cropsOf !== null);
  return [...chosen.filter(step => !looksAtBoxes(step)), ...chosen.filter(looksAtBoxes)];
}
