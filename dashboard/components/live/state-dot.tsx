import { clsx } from 'clsx';
import type { TileState } from '#lib/tile-state.ts';

export const tileStateWords: Readonly<Record<TileState, string>> = {
  live: 'Live',
  waiting: 'Waiting for pictures',
  connecting: 'Connecting',
  down: 'Down',
  ended: 'Ended',
  broken: 'Broken',
  stopped: 'Stopped',
};

const colours: Readonly<Record<TileState, string>> = {
  live: 'bg-ok',
  waiting: 'bg-warn animate-breathe',
  connecting: 'bg-warn animate-breathe',
  down: 'bg-danger',
  ended: 'bg-faint',
  broken: 'bg-danger',
  stopped: 'bg-faint',
};

export function StateDot({ state }: { readonly state: TileState }) {
  return (
    <span title={tileStateWords[state]} className="inline-flex items-center">
      <span className={clsx('size-2 rounded-full', colours[state])} aria-hidden="true" />
      <span className="sr-only">{tileStateWords[state]}</span>
    </span>
  );
}
