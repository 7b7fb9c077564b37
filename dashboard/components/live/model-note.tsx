import { FlaskConical } from 'lucide-react';

/** Models that a page shows results of; null: inference does not run a model now. */
export type NotedModels = readonly { readonly running: { readonly note: string | null } | null }[];

/** Says what to know before trusting the models. It stands wherever their results are shown. */
export function ModelNote({ models }: { readonly models: NotedModels }) {
  const notes = [...new Set(models.flatMap(({ running }) => running?.note ?? []))];
  return notes.map(note => (
    <p key={note} className="flex items-start gap-2 text-xs text-muted">
      <FlaskConical className="mt-px size-3.5 shrink-0" aria-hidden="true" />
      {note}
    </p>
  ));
}
