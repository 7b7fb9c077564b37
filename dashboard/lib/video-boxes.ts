import type { LiveHeader } from './live-message.ts';

/** The browser rounds times to µs; pictures are further apart. */
const SAME_PICTURE_S = 0.002;
/** Boxes of the picture before are shown on for one interval between results, and no longer than this. */
const HELD_AT_MOST_S = 1;
const KEPT = 100;

interface Mark {
  readonly timeS: number;
  readonly record: string;
  readonly capturedAtMs: number;
}

/** What to draw on a picture of a video. `held`: the boxes are of an earlier picture, and must look like that. */
export interface BoxesShown {
  readonly header: LiveHeader;
  readonly held: boolean;
}

const recordOf = ({ epoch, sequence }: { readonly epoch: number; readonly sequence: number }): string =>
  `${epoch} ${sequence}`;

/**
 * Finds the boxes of each picture of a video. A mark tells which record a picture is; boxes come by record. So boxes are
 * drawn as seen only on the very picture that the models saw.
 */
export class VideoBoxes {
  /** In order of time. */
  #marks: readonly Mark[] = [];
  readonly #results = new Map<string, LiveHeader>();
  #last: LiveHeader | undefined;

  /** The picture at `timeS` of the video is this record. */
  mark(
    timeS: number,
    record: { readonly epoch: number; readonly sequence: number; readonly capturedAtMs: number },
  ): void {
    const { capturedAtMs } = record;
    this.#marks = [...this.#marks, { timeS, record: recordOf(record), capturedAtMs }]
      .toSorted((a, b) => a.timeS - b.timeS)
      .slice(-KEPT);
  }

  /** Returns the time of its picture in the video, where that is known. */
  result(header: LiveHeader): number | undefined {
    if (header.outcome !== 'detected' && header.outcome !== 'unchanged') return undefined;
    const { boxes = [], remembered = [], judged = header.judged } = this.#last ?? {};
    // Nobody looked at an unchanged picture again: what was seen in the last one holds.
    const seen = header.outcome === 'unchanged' ? { ...header, boxes, remembered, judged } : header;
    this.#last = seen;
    const record = recordOf(header);
    this.#results.set(record, seen);
    for (const oldest of this.#results.keys()) {
      if (this.#results.size <= KEPT) break;
      this.#results.delete(oldest);
    }
    return this.#marks.find(mark => mark.record === record)?.timeS;
  }

  /** What to draw on the picture at this time; undefined: nothing is known of it. */
  at(timeS: number): BoxesShown | undefined {
    const until = this.#marks.findLastIndex(mark => mark.timeS <= timeS + SAME_PICTURE_S);
    for (let index = until; index >= 0; index--) {
      const mark = this.#marks[index];
      const header = mark && this.#results.get(mark.record);
      if (mark === undefined || header === undefined) continue;
      const ageS = timeS - mark.timeS;
      if (ageS <= SAME_PICTURE_S) return { header, held: false };
      const before = this.#marks[index - 1];
      const next = this.#marks[index + 1];
      const intervalS = next !== undefined ? next.timeS - mark.timeS : mark.timeS - (before?.timeS ?? mark.timeS);
      return ageS <= Math.min(intervalS, HELD_AT_MOST_S) + SAME_PICTURE_S ? { header, held: true } : undefined;
    }
    return undefined;
  }

  /** When the picture at this time was taken, in ms since 1970: by the mark nearest before it. */
  capturedAtMs(timeS: number): number | undefined {
    const mark = this.#marks.findLast(each => each.timeS <= timeS + SAME_PICTURE_S);
    return mark && mark.capturedAtMs + (timeS - mark.timeS) * 1_000;
  }

  clear(): void {
    this.#marks = [];
    this.#results.clear();
    this.#last = undefined;
  }
}
