import type { Polygon } from './zone-polygon.ts';

/** A zone as it is being edited; without id and version while it is new. */
export interface ZoneDraft {
  readonly zoneId: string | null;
  readonly version: number | null;
  readonly name: string;
  readonly polygon: Polygon;
}

/** A draft with the way back to where it began. */
export interface ZoneEdit {
  readonly draft: ZoneDraft;
  /** As it was opened, or as it stands with the gateway since. */
  readonly start: ZoneDraft;
  /** Earlier drafts, oldest first. */
  readonly past: readonly ZoneDraft[];
  /** What the last change was part of: changes of one gesture are undone together. */
  readonly gesture: string;
}

const KEPT = 100;

export const openEdit = (draft: ZoneDraft): ZoneEdit => ({ draft, start: draft, past: [], gesture: '' });

/** The edit after a change; one of the same gesture as the last adds no step. */
export function changed(edit: ZoneEdit, draft: ZoneDraft, gesture: string): ZoneEdit {
  if (gesture === edit.gesture) return { ...edit, draft };
  return { ...edit, draft, gesture, past: [...edit.past, edit.draft].slice(-KEPT) };
}

/** One step back; the first draft stays. The version is never undone: it says what the gateway has. */
export function undone(edit: ZoneEdit): ZoneEdit {
  const last = edit.past.at(-1);
  if (last === undefined) return edit;
  const draft = { ...last, version: edit.draft.version };
  return { ...edit, draft, past: edit.past.slice(0, -1), gesture: '' };
}

/** True when leaving would lose something. A new zone is a change by itself once it was touched. */
export const isChanged = ({ draft, start }: ZoneEdit): boolean =>
  draft.name !== start.name || JSON.stringify(draft.polygon) !== JSON.stringify(start.polygon);
