import type { Box, Rule, SubjectState, TrackedBox, Zone } from '@sightline/schemas';
import { type RelativeBox, relativeBox, type Size } from '../zone.ts';

/** A box with at least the rule's minimum confidence. */
export interface PlacedBox {
  /** Index into the boxes of the frame's models that the rule uses. */
  readonly index: number;
  readonly className: string;
  readonly confidence: number;
  /** null: too weak to begin a track, or remembered from an earlier picture. */
  readonly trackId: string | null;
  readonly place: RelativeBox;
}

/** The input of a rule's judge at one record. */
export interface Scene {
  readonly timeMs: number;
  /** null: the whole picture. */
  readonly zone: Zone | null;
  readonly boxes: readonly PlacedBox[];
  /** Boxes that the model missed in this picture and found a moment ago. */
  readonly remembered: readonly PlacedBox[];
}

/** The phase of one subject, and since when. */
export type Standing = Pick<SubjectState, 'trackId' | 'phase' | 'sinceMs'>;

/** A breach in one frame. */
export interface Breach {
  /** Track of the run; empty for a kind with one run for each rule. */
  readonly subject: string;
  /** Index of the box that breaks the rule. */
  readonly box: number;
}

/** One kind of rule: a pure judge and its words. Each kind is one file beside this one. */
export interface Kind<P extends Rule['parameters'] = Rule['parameters']> {
  /**
   * Judges one frame that its models looked at. `state` is the result of the last call for this rule, without ended
   * tracks.
   */
  judge(
    parameters: P,
    state: readonly Standing[],
    scene: Scene,
  ): { readonly state: readonly Standing[]; readonly breaches: readonly Breach[] };
  /** The parameters in one canonical form, independent of the order given: versions are hashes of it. */
  canonical(parameters: P): unknown;
  /** What the rule finds, for a person: "a person where none may be". */
  words(parameters: P): string;
}

/** The boxes with at least `minConfidence`, in relative coordinates. */
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
