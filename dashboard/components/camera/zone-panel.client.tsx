'use client';

import { Check, CircleAlert, LoaderCircle, X } from 'lucide-react';
import { useState } from 'react';
import { Button } from '#components/ui/button.tsx';
import type { RuleValues } from '#generated/documents.ts';
import { type SaveResult, saveZone, type ZoneDraft } from './save-zone.client.ts';

interface Props {
  readonly cameraId: string;
  readonly rules: readonly RuleValues[];
  readonly draft: ZoneDraft;
  readonly onChange: (draft: ZoneDraft) => void;
  readonly onClose: (saved: boolean) => void;
}

/** Name, save and cancel of the zone that is being edited, and what the gateway said to it. */
export function ZonePanel({ cameraId, rules, draft, onChange, onClose }: Props) {
  const [result, setResult] = useState<SaveResult>();
  const [busy, setBusy] = useState(false);
  const save = async (): Promise<void> => {
    setBusy(true);
    const saved = await saveZone(cameraId, draft, rules);
    setBusy(false);
    if (saved.kind === 'saved') onClose(true);
    else setResult(saved);
  };
  return (
    <form
      className="card mt-3 p-4"
      onSubmit={event => {
        event.preventDefault();
        void save();
      }}
    >
      <div className="flex flex-wrap items-end gap-3">
        <label className="min-w-40 flex-1 text-xs text-muted">
          Name of the zone
          <input
            value={draft.name}
            required
            maxLength={80}
            onChange={event => onChange({ ...draft, name: event.target.value })}
            className="mt-1 h-9 w-full rounded-lg border border-line-strong bg-canvas px-3 text-sm text-ink outline-none focus:border-accent"
          />
        </label>
        <div className="flex gap-2">
          <Button onClick={() => onClose(false)}>
            <X aria-hidden="true" /> Cancel
          </Button>
          <Button type="submit" kind="primary" disabled={busy}>
            {busy ? <LoaderCircle className="animate-spin" aria-hidden="true" /> : <Check aria-hidden="true" />} Save
            zone
          </Button>
        </div>
      </div>
      <p className="mt-2.5 text-xs text-muted">
        Drag a corner, or move it with the arrow keys (Shift: faster). “+” adds a corner, Delete or a double-click
        removes one. A saved zone holds two seconds later and closes open violations of its rule.
      </p>
      <div role="alert">{result && <Answer result={result} draft={draft} onChange={onChange} />}</div>
    </form>
  );
}

function Answer({ result, draft, onChange }: { readonly result: SaveResult } & Pick<Props, 'draft' | 'onChange'>) {
  if (result.kind === 'saved') return null;
  if (result.kind === 'pending') {
    return (
      <p className="mt-3 rounded-lg bg-warn-soft px-3 py-2 text-sm text-warn">
        Written, but not confirmed yet. Reload the page in a moment.
      </p>
    );
  }
  const theirs = result.kind === 'conflict' ? result.theirs : null;
  return (
    <div className="mt-3 flex flex-wrap items-center gap-x-3 gap-y-2 rounded-lg bg-danger-soft px-3 py-2 text-sm text-danger">
      <CircleAlert className="size-4 shrink-0" aria-hidden="true" />
      <p className="min-w-0 flex-1">
        {result.kind === 'conflict' ? `Someone else changed this zone: ${result.message}` : result.message}
      </p>
      {theirs && (
        <>
          <Button className="h-8" onClick={() => onChange({ ...draft, ...theirs })}>
            Take theirs
          </Button>
          <Button className="h-8" onClick={() => onChange({ ...draft, version: theirs.version })}>
            Keep mine, then save
          </Button>
        </>
      )}
    </div>
  );
}
