import { seeded } from '../tools/seeded.ts';

const KINDS = ['cut', 'silence', 'garbage', 'loss', 'time-jump', 'time-stuck', 'resolution'] as const;
/** A trouble of one camera; `restart`: the server of all troubled cameras; the kills concern all cameras. */
export type TroubleKind = (typeof KINDS)[number] | 'restart' | 'ingest-kill' | 'inference-kill';

export interface Trouble {
  readonly kind: TroubleKind;
  /** Number of the camera; undefined: all that it can concern. */
  readonly camera: number | undefined;
  readonly fromMs: number;
  readonly untilMs: number;
}

/** Every round begins with cameras that are well, and its end leaves them time to recover. */
const ROUND_MS = 25_000;
const STARTS_WITHIN_MS = 5_000;
const LASTS_MS: Readonly<Record<TroubleKind, number>> = {
  cut: 0,
  silence: 7_000,
  garbage: 6_000,
  loss: 6_000,
  'time-jump': 7_000,
  'time-stuck': 7_000,
  resolution: 6_000,
  restart: 4_000,
  'ingest-kill': 0,
  'inference-kill': 0,
};

/**
 * The troubles of a run, as times since its start. Four kinds of rounds follow each other: troubles of single cameras,
 * those and a killed inference, a server that restarts, a killed ingest. `troubled`: numbers of the cameras that have
 * some. The same seed gives the same troubles.
 */
export function drawTroubles(seed: number, rounds: number, troubled: readonly number[]): readonly Trouble[] {
  const random = seeded(seed);
  let deck: (typeof KINDS)[number][] = [];
  const draw = (): (typeof KINDS)[number] => {
    if (deck.length === 0) deck = [...KINDS];
    return deck.splice(Math.floor(random() * deck.length), 1)[0] ?? 'cut';
  };
  const trouble = (round: number, kind: TroubleKind, camera?: number): Trouble => {
    const fromMs = round * ROUND_MS + Math.round(random() * STARTS_WITHIN_MS);
    return { kind, camera, fromMs, untilMs: fromMs + LASTS_MS[kind] };
  };
  return Array.from({ length: rounds }, (_, round): readonly Trouble[] => {
    const phase = round % 4;
    if (phase === 2) return [trouble(round, 'restart')];
    if (phase === 3) return [trouble(round, 'ingest-kill')];
    const single = troubled.map(camera => trouble(round, draw(), camera));
    return phase === 1 ? [...single, trouble(round, 'inference-kill')] : single;
  }).flat();
}

export const durationMs = (rounds: number): number => rounds * ROUND_MS;
