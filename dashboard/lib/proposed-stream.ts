import type { CameraStream, ModelChoice } from '#generated/documents.ts';

export interface ProposedStream {
  readonly token: string;
  /** Why this one, for a person. */
  readonly reason: string;
}

/** Longer side of the pictures that Sightline keeps and shows. */
const KEPT_PX = 640;

/**
 * The stream that is best to look at: the smallest whose longer side has at least `inputPx`, the longer side of what the
 * chosen models take. H.264 goes before other codecs of the same size, then more pictures a second. `inputPx` undefined: no
 * size is known. Undefined: there is no stream.
 */
export function proposedStream(
  streams: readonly CameraStream[],
  inputPx: number | undefined,
): ProposedStream | undefined {
  const neededPx = inputPx ?? KEPT_PX;
  const sized = streams.filter(({ widthPx, heightPx }) => widthPx !== null && heightPx !== null);
  const enough = sized.filter(stream => longerSide(stream) >= neededPx).toSorted(bySize);
  const [best] = enough;
  const need =
    inputPx === undefined
      ? `the ${KEPT_PX} px that Sightline keeps of a picture`
      : `the ${inputPx} px that the chosen models look at`;
  if (best !== undefined) {
    const larger = sized.some(stream => areaOf(stream) > areaOf(best));
    const gain = larger ? ' A larger one costs more to decode, and they see no more in it.' : '';
    return { token: best.token, reason: `The smallest stream that has at least ${need}.${gain}` };
  }
  const largest = sized.toSorted(bySize).find(stream => areaOf(stream) === Math.max(...sized.map(areaOf)));
  if (largest !== undefined)
    return {
      token: largest.token,
      reason: `The largest stream; it has less than ${need}, so small things may be missed.`,
    };
  const [first] = streams;
  return first && { token: first.token, reason: 'The first one: the camera does not tell the sizes of its streams.' };
}

const longerSide = ({ widthPx, heightPx }: CameraStream): number => Math.max(widthPx ?? 0, heightPx ?? 0);
const areaOf = ({ widthPx, heightPx }: CameraStream): number => (widthPx ?? 0) * (heightPx ?? 0);
const bySize = (a: CameraStream, b: CameraStream): number =>
  areaOf(a) - areaOf(b) || Number(b.codec === 'H264') - Number(a.codec === 'H264') || (b.fps ?? 0) - (a.fps ?? 0);

/**
 * Longer side of the largest picture that the models of these names take; undefined: none is known. A model that looks at crops
 * does not count: the size of a crop is that of what it shows.
 */
export function inputPxOf(
  models: readonly Pick<ModelChoice, 'name' | 'cropsOf' | 'inputWidthPx' | 'inputHeightPx'>[],
  chosen: readonly string[],
): number | undefined {
  const sizes = models
    .filter(({ name, cropsOf }) => chosen.includes(name) && cropsOf === null)
    .flatMap(({ inputWidthPx, inputHeightPx }) => [inputWidthPx ?? 0, inputHeightPx ?? 0]);
  const largest = Math.max(0, ...sizes);
  return largest === 0 ? undefined : largest;
}

/** Codec, size and rate of a stream: H.264 · 640 × 360 · 15 pictures a second. */
export function streamWords({ codec, widthPx, heightPx, fps }: CameraStream): string {
  const size = widthPx === null || heightPx === null ? 'size not told' : `${widthPx} × ${heightPx}`;
  const rate = fps === null ? 'rate not told' : `${Number(fps.toFixed(1))} pictures a second`;
  return `${CODECS[codec ?? ''] ?? codec ?? 'codec not told'} · ${size} · ${rate}`;
}

const CODECS: Readonly<Record<string, string>> = { H264: 'H.264', H265: 'H.265', JPEG: 'Motion JPEG', MPEG4: 'MPEG-4' };

const TOLERATED_SKEW_MS = 5_000;

/** What to know of a clock that is off; undefined: it is right, or not known. */
export function clockWords(skewMs: number | null): string | undefined {
  if (skewMs === null || Math.abs(skewMs) <= TOLERATED_SKEW_MS) return undefined;
  const side = skewMs > 0 ? 'ahead of' : 'behind';
  return `The camera’s clock is ${spanWords(Math.abs(skewMs))} ${side} Sightline’s. Its login was made for that time, so it works. Set the clock by NTP: the times that the camera writes into its pictures are wrong.`;
}

function spanWords(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  const units: readonly (readonly [string, number])[] = [
    ['day', 86_400],
    ['hour', 3_600],
    ['minute', 60],
    ['second', 1],
  ];
  const at = units.findIndex(([, length]) => seconds >= length);
  let left = seconds;
  const parts = units.slice(at, at + 2).flatMap(([name, length]) => {
    const count = Math.floor(left / length);
    left -= count * length;
    return count === 0 ? [] : [`${count} ${name}${count === 1 ? '' : 's'}`];
  });
  return parts.join(' ');
}
