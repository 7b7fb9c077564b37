'use client';

import { LoaderCircle, RefreshCw } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Button } from '#components/ui/button.tsx';
import { count } from '#lib/words.ts';
import { BoxedPicture, type Picture, type PictureBox } from './boxed-picture.tsx';

interface Difference extends Omit<Picture, 'boxes'> {
  readonly cameraId: string;
  readonly cameraName: string;
  readonly capturedAt: string;
  readonly servingBoxes: readonly PictureBox[];
  readonly shadowBoxes: readonly PictureBox[];
}

interface Comparison {
  readonly serving: string;
  readonly shadow: string;
  readonly frames: number;
  readonly differentFrames: number;
  readonly servingBoxes: number;
  readonly shadowBoxes: number;
  readonly agreed: number;
  readonly differences: readonly Difference[];
}

/** How far the shadow version agrees with the serving one, and where it does not. */
export function ShadowComparison({ name, shadow }: { readonly name: string; readonly shadow: string }) {
  const [comparison, setComparison] = useState<Comparison | string>();
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    let isShown = true;
    void turn;
    void comparisonOf(name).then(answer => isShown && setComparison(answer));
    return () => {
      isShown = false;
    };
  }, [name, turn]);
  return (
    <section aria-labelledby="shadow" className="card p-4 sm:p-5">
      <div className="flex items-center gap-2">
        <h2 id="shadow" className="flex-1 font-semibold">
          Shadow: version {shadow}
        </h2>
        <Button onClick={() => setTurn(turn + 1)}>
          <RefreshCw aria-hidden="true" /> Refresh
        </Button>
      </div>
      {comparison === undefined && (
        <LoaderCircle className="mt-4 size-5 animate-spin text-muted" aria-label="Loading the comparison" />
      )}
      <p role="alert" className="mt-3 text-sm font-medium text-danger empty:hidden">
        {typeof comparison === 'string' && comparison}
      </p>
      {typeof comparison === 'object' && <Shown comparison={comparison} />}
    </section>
  );
}

function Shown({ comparison }: { readonly comparison: Comparison }) {
  const { frames, differentFrames, agreed, servingBoxes, shadowBoxes, differences, serving, shadow } = comparison;
  if (frames === 0) {
    return (
      <p className="mt-2 text-sm text-muted">
        Nothing was compared yet: a camera that uses the model must run, and rows take some seconds.
      </p>
    );
  }
  const union = servingBoxes + shadowBoxes - agreed;
  const share = union === 0 ? 100 : Math.round((100 * agreed) / union);
  return (
    <>
      <p className="mt-1 mb-4 text-sm text-muted">
        Over the last day: of {count(union, 'object')} on {count(frames, 'picture')} both found {share} %. Version{' '}
        {serving} found {count(servingBoxes - agreed, 'object')} that {shadow} did not, {shadow}{' '}
        {count(shadowBoxes - agreed, 'object')} that {serving} did not; {count(differentFrames, 'picture')} differ.
      </p>
      <ul className="flex flex-col gap-4">
        {differences.map(({ servingBoxes: served, shadowBoxes: beside, cameraName, ...picture }) => (
          <li key={`${picture.cameraId} ${picture.capturedAt}`} data-testid="difference">
            <p className="mb-1.5 text-xs text-muted">{cameraName}</p>
            <div className="grid gap-3 sm:grid-cols-2">
              <Side words={`Version ${serving}, serves`} picture={{ ...picture, boxes: served }} />
              <Side words={`Version ${shadow}, shadow`} picture={{ ...picture, boxes: beside }} />
            </div>
          </li>
        ))}
      </ul>
    </>
  );
}

function Side({ words, picture }: { readonly words: string; readonly picture: Picture }) {
  return (
    <figure>
      <BoxedPicture {...picture} />
      <figcaption className="mt-1 text-xs text-muted">{words}</figcaption>
    </figure>
  );
}

/** The comparison, or why there is none. Never throws. */
async function comparisonOf(name: string): Promise<Comparison | string> {
  try {
    const answer = await fetch(`/models/${encodeURIComponent(name)}/shadow`);
    const json: Comparison & { readonly detail?: string } = await answer.json();
    return answer.ok ? json : (json.detail ?? 'The comparison failed: try again.');
  } catch {
    return 'The gateway does not answer: try again in a moment.';
  }
}
