'use client';

import { LoaderCircle, Plus } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { type FormEvent, useState } from 'react';
import { Button } from '#components/ui/button.tsx';
import { Field } from '#components/ui/field.tsx';
import { AddRule as AddRuleMutation, type SetRuleInput } from '#generated/documents.ts';
import { askFromBrowser } from '#lib/gateway.client.ts';
import { ruleTemplates } from '#lib/rule-templates.ts';
import type { Camera } from './live-stage.client.tsx';

/** Adds a rule by a template that the camera's models can judge, in a zone or the whole picture. */
export function AddRule({ camera: { cameraId, zones, plan } }: { readonly camera: Camera }) {
  const router = useRouter();
  const templates = ruleTemplates(plan.flatMap(({ running }) => running?.classes ?? []));
  const [chosen, setChosen] = useState(0);
  const [zoneId, setZoneId] = useState('');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const template = templates[chosen] ?? templates[0];
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (template === undefined) return;
    setBusy(true);
    setProblem(await add({ ...template.input, cameraId, zoneId: zoneId || null }));
    setBusy(false);
    router.refresh();
  };
  return (
    <form
      aria-label="Add a rule"
      data-testid="add-rule"
      onSubmit={submit}
      className="card flex flex-col gap-4 p-4 sm:p-5"
    >
      <h2 className="font-semibold">Add a rule</h2>
      {template === undefined ? (
        <p className="text-sm text-muted">
          The camera's models look for nothing that a rule here judges. Choose what to look for in its settings.
        </p>
      ) : (
        <>
          <div className="grid gap-4 sm:grid-cols-2">
            <Field name="Rule" hint={template.words}>
              {control => (
                <select {...control} value={chosen} onChange={event => setChosen(Number(event.target.value))}>
                  {templates.map(({ name }, at) => (
                    <option key={name} value={at}>
                      {name}
                    </option>
                  ))}
                </select>
              )}
            </Field>
            <Field name="Where" problem={problem}>
              {control => (
                <select {...control} value={zoneId} onChange={event => setZoneId(event.target.value)}>
                  <option value="">The whole picture</option>
                  {zones.map(zone => (
                    <option key={zone.zoneId} value={zone.zoneId}>
                      {zone.name}
                    </option>
                  ))}
                </select>
              )}
            </Field>
          </div>
          <Button type="submit" disabled={busy} className="self-end">
            {busy ? <LoaderCircle className="animate-spin" aria-hidden="true" /> : <Plus aria-hidden="true" />} Add rule
          </Button>
        </>
      )}
    </form>
  );
}

/** Undefined: added. Otherwise why not, for the person. Never throws. */
async function add(input: SetRuleInput): Promise<string | undefined> {
  try {
    const { setRule } = await askFromBrowser(AddRuleMutation, { input });
    return 'message' in setRule ? setRule.message : undefined;
  } catch (error) {
    return error instanceof Error ? error.message : 'The rule was not added.';
  }
}
