import { FlaskConical } from 'lucide-react';

/** Says what the shipped model was trained on. It stands wherever results of the model are shown. */
export function ModelNote() {
  return (
    <p className="flex items-start gap-2 text-xs text-muted">
      <FlaskConical className="mt-px size-3.5 shrink-0" aria-hidden="true" />
      Trained on rendered scenes; for a real kitchen bring or train a model.
    </p>
  );
}
