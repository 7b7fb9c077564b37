'use client';

import { LoaderCircle, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { Button } from '#components/ui/button.tsx';
import { Confirm } from '#components/ui/confirm.client.tsx';
import { type Removable, remove } from './remove.client.ts';

/** A button that removes a camera, a zone or a rule, after a person confirmed the list of what goes with it. */
export function RemoveDialog({
  removable,
  note,
  onRemoved,
}: {
  readonly removable: Removable;
  /** What else the person has to know before. */
  readonly note?: string | undefined;
  readonly onRemoved: () => void;
}) {
  const [open, setOpen] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const { kind, name, withIt } = removable;
  const go = async (): Promise<void> => {
    setBusy(true);
    const found = await remove(removable);
    setBusy(false);
    setProblem(found);
    if (found !== undefined) return;
    setOpen(false);
    onRemoved();
  };
  return (
    <>
      <Button kind="quiet" onClick={() => setOpen(true)} aria-label={`Remove ${kind} “${name}”`}>
        <Trash2 aria-hidden="true" /> Remove {kind}
      </Button>
      <Confirm
        open={open}
        title={`Remove the ${kind} “${name}”?`}
        stay="Keep it"
        onStay={() => {
          setOpen(false);
          setProblem(undefined);
        }}
        go={
          <Button kind="danger" disabled={busy} onClick={go}>
            {busy ? <LoaderCircle className="animate-spin" aria-hidden="true" /> : <Trash2 aria-hidden="true" />} Remove
          </Button>
        }
      >
        {withIt.length > 0 && (
          <>
            <p>With it go:</p>
            <ul className="my-2 list-disc pl-5 text-ink">
              {withIt.map(one => (
                <li key={one}>{one}</li>
              ))}
            </ul>
          </>
        )}
        <p>Open violations of it close. All violations stay, with their pictures.</p>
        {note && <p className="mt-2">{note}</p>}
        <p role="alert" className="mt-3 rounded-lg bg-danger-soft px-3 py-2 text-danger empty:hidden">
          {problem}
        </p>
      </Confirm>
    </>
  );
}
