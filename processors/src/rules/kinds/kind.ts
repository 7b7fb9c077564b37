import type { Box, Rule, SubjectState, TrackedBox, Zone } from '@sightline/schemas';
import { type RelativeBox, relativeBox, type Size } from '../zone.ts';

/** A box that is confident enough for the rule. */
export interface PlacedBox {
  /** Index into the boxes of the frame's models that the rule uses. */
  readonly index: number;
  readonly className: string;
  readonly confidence: number;
  /** null: too weak to begin a track, or remembered. */
  readonly trackId: string | null;
  readonly place: RelativeBox;
}

/** What a rule sees of its camera at one record. */
export interface Scene {
  readonly timeMs: number;
  /** null: the whole picture. */
  readonly zone: Zone | null;
  readonly boxes: readonly PlacedBox[];
  /** What was missed in this picture and was there a moment ago. */
  readonly remembered: readonly PlacedBox[];
}

/** Where a subject stands in what a kind tells apart, and since when. */
export type Standing = Pick<SubjectState, 'trackId' | 'phase' | 'sinceMs'>;

/** A breach in one frame. */
export interface Breach {
  /** Track that has a run of its own; empty for a kind with one run for each rule. */
  readonly subject: string;
  /** Index of the box that breaks the rule. */
  readonly box: number;
}

/** One kind of rule, one file beside this one: a pure judge and its words. */
export interface Kind<P extends Rule['parameters'] = Rule['parameters']> {
  /**
   * Judges one frame that was looked at. `state` is what the last call answered for the same rule, without subjects
   * whose track has ended.
   */
  judge(
    parameters: P,
    state: readonly Standing[],
    scene: Scene,
  ): { readonly state: readonly Standing[]; readonly breaches: readonly Breach[] };
  /** The same parameters in one form, whatever order people gave them in: versions are hashes of it. */
  canonical(parameters: P): unknown;
  /** What the rule finds, for a person: "a person where none must be". */
  words(parameters: P): string;
}

/** Boxes that a rule sees: those at least as confident as it asks, in relative coordinates. */
export function placed(
  boxes: readonly (Box & Partial<Pick<TrackedBox, 'trackId'>>)[],
  minConfidence: number,
  size: Size,
): readonly PlacedBox[] {
  return boxes.flatMap((box, index) =>
    box.confidence < minConfidence
      ? []
      : [
          {
            index,
            className: box.className,
            confidence: box.confidence,
            trackId: box.trackId ?? null,
            place: relativeBox(box, size),
          },
        ],
  );
}
