'use client';

import { type RefObject, useEffect, useEffectEvent, useState } from 'react';
import { createPortal } from 'react-dom';
import { Button } from '#components/ui/button.tsx';
import { Confirm } from '#components/ui/confirm.client.tsx';
import type { RuleValues } from '#generated/documents.ts';
import { changed, isChanged, openEdit, undone, type ZoneDraft } from '#lib/zone-edit.ts';
import { noFewerCorners, noMoreCorners, type Polygon } from '#lib/zone-polygon.ts';
import { useLeaveGuard, type Way } from './use-leave-guard.client.ts';
import { ZoneHandles } from './zone-handles.client.tsx';
import { ZonePanel } from './zone-panel.client.tsx';

/** What leads away from an edit: a link, the back button, or Escape and Cancel, which only close the edit. */
type Exit = Way | { readonly kind: 'close' };

/**
 * Edits one zone. Its handles are drawn into `stage`, over the picture; name, rules and buttons are below it. A person
 * who leaves with changes is asked first.
 */
export function ZoneEditor({
  cameraId,
  rules,
  zone,
  stage,
  onClose,
}: {
  readonly cameraId: string;
  readonly rules: readonly RuleValues[];
  readonly zone: ZoneDraft;
  readonly stage: RefObject<HTMLElement | null>;
  /** `changed`: the camera has to be read again. */
  readonly onClose: (changed: boolean) => void;
}) {
  const [edit, setEdit] = useState(() => openEdit(zone));
  const [leaving, setLeaving] = useState<Exit>();
  const [bound, setBound] = useState<string>();
  const dirty = isChanged(edit);
  const change = (draft: ZoneDraft, gesture: string): void => setEdit(now => changed(now, draft, gesture));
  const undo = (): void => setEdit(undone);
  const close = (): void => (dirty ? setLeaving({ kind: 'close' }) : onClose(false));
  useKeys({ undo, escape: () => leaving === undefined && close() });
  const goOn = useLeaveGuard(dirty, setLeaving);
  const reshape = (polygon: Polygon, gesture: string): void => {
    const { draft } = edit;
    const refused = polygon === draft.polygon;
    setBound(refused ? (noMoreCorners(polygon) ?? noFewerCorners(polygon)) : undefined);
    if (!refused) change({ ...draft, polygon }, gesture);
  };
  return (
    <>
      {stage.current && createPortal(<ZoneHandles polygon={edit.draft.polygon} onChange={reshape} />, stage.current)}
      <ZonePanel
        cameraId={cameraId}
        rules={rules}
        draft={edit.draft}
        bound={bound}
        canUndo={edit.past.length > 0}
        onUndo={undo}
        onChange={draft => change(draft, 'panel')}
        onCancel={close}
        onDone={() => onClose(true)}
      />
      <Confirm
        open={leaving !== undefined}
        title="Leave without saving the zone?"
        stay="Keep editing"
        onStay={() => setLeaving(undefined)}
        go={
          <Button
            kind="danger"
            onClick={() => {
              onClose(false);
              if (leaving && leaving.kind !== 'close') goOn(leaving);
            }}
          >
            Leave
          </Button>
        }
      >
        What you changed on it would be lost.
      </Confirm>
    </>
  );
}

/** Ctrl+Z (or Command+Z) outside a text field, which has its own, and Escape. Not those of a dialog. */
function useKeys(does: { readonly undo: () => void; readonly escape: () => void }): void {
  const press = useEffectEvent((event: KeyboardEvent): void => {
    const within = (selector: string): boolean =>
      event.target instanceof Element && event.target.closest(selector) !== null;
    if (within('[role="alertdialog"], [role="dialog"], [role="menu"]')) return;
    if (event.key === 'Escape') does.escape();
    if (event.key.toLowerCase() !== 'z' || event.shiftKey || !(event.ctrlKey || event.metaKey)) return;
    if (within('input, textarea')) return;
    event.preventDefault();
    does.undo();
  });
  useEffect(() => {
    const listen = (event: KeyboardEvent): void => press(event);
    window.addEventListener('keydown', listen);
    return () => window.removeEventListener('keydown', listen);
  }, []);
}
