'use client';

import { Check, CircleAlert, LoaderCircle, Undo2, X } from 'lucide-react';
import { useState } from 'react';
import { Button } from '#components/ui/button.tsx';
import type { RuleValues } from '#generated/documents.ts';
import type { ZoneDraft } from '#lib/zone-edit.ts';
import { RemoveDialog } from './remove-dialog.client.tsx';
import { type SaveResult, saveZone } from './save-zone.client.ts';

interface Props {
  readonly cameraId: string;
  readonly rules: readonly RuleValues[];
  readonly draft: ZoneDraft;
  /** Why a corner was not added or removed. */
  readonly bound: string | undefined;
  readonly canUndo: boolean;
  readonly onUndo: () => void;
  readonly onChange: (draft: ZoneDraft) => void;
  readonly onCancel: () => void;
  /** Called when the zone was saved or removed. */
  readonly onDone: () => void;
}

/** Name, rules and buttons of the zone that is being edited, and the gateway's answer. */
export function ZonePanel(props: Props) {
  const { cameraId, rules, draft, bound, canUndo, onUndo, onChange, onCancel, onDone } = props;
  const [result, setResult] = useState<SaveResult>();
  const [busy, setBusy] = useState(false);
  const save = async (): Promise<void> => {
    setBusy(true);
    const saved = await saveZone(cameraId, draft, rules);
    setBusy(false);
    if (saved.kind === 'saved') onDone();
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
        <div className="flex flex-wrap gap-2">
          <Button onClick={onUndo} disabled={!canUndo} title="Undo the last change (Ctrl+Z)">
            <Undo2 aria-hidden="true" /> Undo
          </Button>
          <Button onClick={onCancel}>
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
        removes one; Ctrl+Z takes a change back. A saved zone takes effect two seconds later. Open violations of its
        rules then close.
      </p>
      <p role="status" className="mt-2 text-xs font-medium text-warn empty:hidden">
        {bound}
      </p>
      <ZoneRules {...props} />
      <div role="alert">{result && <Answer result={result} draft={draft} onChange={onChange} />}</div>
    </form>
  );
}

/** Lists the rules that a change of the zone affects, and has the button that removes the zone. */
function ZoneRules({ rules, draft: { zoneId, version, name }, onDone }: Props) {
  const using = rules.filter(rule => (zoneId === null ? rule.zoneId === null : rule.zoneId === zoneId));
  const names = using.map(rule => `“${rule.name}”`);
  return (
    <div className="mt-3 flex flex-wrap items-center justify-between gap-2 border-t border-line pt-3 text-sm">
      <div data-testid="zone-rules" className="min-w-0">
        {using.length === 0 && <p className="text-muted">No rule judges in this zone.</p>}
        {using.length > 0 && (
          <>
            <p className="text-muted">
              {zoneId === null
                ? 'Rules that will judge in this zone once it is saved:'
                : 'Rules that judge in this zone:'}
            </p>
            <ul className="mt-0.5 list-disc pl-5">
              {using.map(rule => (
                <li key={rule.ruleId}>{rule.name}</li>
              ))}
            </ul>
          </>
        )}
      </div>
      {zoneId !== null && version !== null && (
        <RemoveDialog
          removable={{ kind: 'zone', id: zoneId, version, name, withIt: names.map(one => `the rule ${one}`) }}
          onRemoved={onDone}
        />
      )}
    </div>
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
