'use client';

import { LoaderCircle } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useId, useState } from 'react';
import { ModelPicker } from '#components/camera/model-picker.tsx';
import { Button } from '#components/ui/button.tsx';
import {
  type ModelChoice,
  type PlanStepInput,
  type PlansPageResult,
  type RateNeed,
  SetPlan,
} from '#generated/documents.ts';
import { askFromBrowser } from '#lib/gateway.client.ts';
import { refusalOf } from '#lib/refusal-of.client.ts';

/** Pictures a second of a camera as they are by default, for the cost. */
const PICTURE_RATE = 5;

/** The cameras of a place have rules of their own. */
const NO_NEEDS: readonly RateNeed[] = [];

type Place = Pick<PlansPageResult['chain'], 'plan' | 'version'> & { readonly storeId?: string };

/** The models of the cameras of a place, the chain or a store, that have none of their own. */
export function PlanForm({
  name,
  hint = '',
  inherited,
  place,
  models,
}: {
  readonly name: string;
  /** What tells it from others of its name. */
  readonly hint?: string;
  /** What it has without a choice, in words. */
  readonly inherited: string;
  readonly place: Place;
  readonly models: readonly ModelChoice[];
}) {
  const router = useRouter();
  const heading = useId();
  const [inherits, setInherits] = useState(place.plan === null);
  const [chosen, setChosen] = useState<readonly PlanStepInput[]>(
    place.plan?.map(({ model, maxFps, byRules, tiles }) => ({ model, maxFps, byRules, tiles })) ?? [],
  );
  const [busy, setBusy] = useState(false);
  const [outcome, setOutcome] = useState<{ readonly problem: string | undefined }>();
  const save = async (): Promise<void> => {
    setBusy(true);
    const plan = inherits ? null : chosen;
    const input = {
      plan,
      ...(place.storeId !== undefined && { storeId: place.storeId }),
      ...(place.version !== null && { expectedVersion: place.version }),
    };
    const problem = await refusalOf(async () => (await askFromBrowser(SetPlan, { input })).setPlan);
    setBusy(false);
    setOutcome({ problem });
    if (problem === undefined) router.refresh();
  };
  return (
    <article aria-labelledby={heading} data-testid="plan" className="card flex flex-col gap-3 p-4 sm:p-5">
      <h2 id={heading} className="font-semibold">
        {name} {hint && <span className="text-sm font-normal text-muted">{hint}</span>}
      </h2>
      <ModelPicker
        models={models}
        chosen={inherits ? [] : chosen}
        onChange={next => {
          setChosen(next);
          setInherits(false);
          setOutcome(undefined);
        }}
        pictureRate={PICTURE_RATE}
        rateNeeds={NO_NEEDS}
        inherited={inherited}
        inherits={inherits}
        onInherits={next => {
          setInherits(next);
          setOutcome(undefined);
        }}
      />
      <div className="flex flex-wrap items-center justify-end gap-3">
        <p role="alert" className="flex-1 text-sm font-medium text-danger empty:hidden">
          {outcome?.problem}
        </p>
        <span role="status" className="text-sm text-ok">
          {outcome && outcome.problem === undefined && 'Saved.'}
        </span>
        <Button onClick={save} disabled={busy}>
          {busy && <LoaderCircle className="animate-spin" aria-hidden="true" />} Save
        </Button>
      </div>
    </article>
  );
}
