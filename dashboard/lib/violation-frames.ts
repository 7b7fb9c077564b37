import type { EvidenceShape, FrameShape, ViolationWhole } from '#generated/documents.ts';

/** A frame of the timeline, named as the file of the evidence that holds its picture. */
export type FrameRole = 'FIRST' | 'STILL' | 'LAST';

export interface NamedFrame {
  readonly role: FrameRole;
  readonly name: string;
  readonly frame: FrameShape;
  /** Its place between the first and the last frame, 0 to 100. */
  readonly percent: number;
  readonly fromStartMs: number;
}

/** First, peak and last frame in the order of time. */
export function namedFrames({ lineage, state }: ViolationWhole): readonly NamedFrame[] {
  const { first, peak, last } = lineage;
  const startMs = Date.parse(first.capturedAt);
  const spanMs = Date.parse(last.capturedAt) - startMs;
  const named = (role: FrameRole, name: string, frame: FrameShape, edge?: number): NamedFrame => {
    const fromStartMs = Date.parse(frame.capturedAt) - startMs;
    return { role, name, frame, fromStartMs, percent: edge ?? (spanMs > 0 ? (100 * fromStartMs) / spanMs : 50) };
  };
  return [
    named('FIRST', 'First frame', first, 0),
    named('STILL', 'Peak (the still)', peak),
    named('LAST', state === 'OPEN' ? 'Last so far' : 'Last frame', last, 100),
  ];
}

/** The picture of a frame, or why there is none; null: it is not kept yet. */
export function pictureOf(
  violation: ViolationWhole,
  evidence: readonly EvidenceShape[],
  { role, frame }: NamedFrame,
): ViolationWhole['still'] {
  const file = evidence.find(one => one.role === role);
  if (role === 'STILL') return violation.still ?? (file ? { url: file.url, missing: null, ...nothing } : null);
  if (file && file.capturedAt === frame.capturedAt) return { url: file.url, missing: null, ...nothing };
  if (frame.frame === null) return { url: null, missing: 'This frame repeats the picture before it.', ...nothing };
  if (role === 'LAST' && violation.state === 'OPEN')
    return { url: null, missing: 'Its picture is kept when the violation closes.', ...nothing };
  return null;
}

const nothing = { sha256: null, sizeBytes: null, capturedAt: null };
