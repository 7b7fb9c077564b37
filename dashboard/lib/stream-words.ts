import type { SourceFigures } from '#generated/documents.ts';
import { count } from './words.ts';

type Stream = NonNullable<SourceFigures['stream']>;

const codecs: Readonly<Record<string, string>> = {
  h264: 'H.264',
  hevc: 'H.265',
  av1: 'AV1',
  vp9: 'VP9',
  mpeg4: 'MPEG-4',
  mjpeg: 'JPEG pictures',
};

const reasons: Readonly<Record<string, string>> = {
  damaged: 'damaged on the way',
  'decoder-behind': 'this machine decoded too slowly',
  'gateway-behind': 'the gateway was behind',
  'publisher-behind': 'Kafka was away or too slow',
  'process-ended': 'ingest ended without a word',
};

/** A smaller difference between two clocks is nothing that a person would see. */
const PACE_SAID_ABOVE = 0.0005;
const KILO = 1_000;

/** What the camera sends, e.g. `H.264, 1920 × 1080, 25 pictures a second, 4.1 Mbit/s`. */
export function streamWords({ codec, widthPx, heightPx, fps, bitsPerSecond }: Stream): string {
  const kbit = bitsPerSecond / KILO;
  return [
    codecs[codec] ?? codec.toUpperCase(),
    `${widthPx} × ${heightPx}`,
    `${rounded(fps)} pictures a second`,
    kbit < KILO ? `${Math.round(kbit)} kbit/s` : `${(kbit / KILO).toFixed(1)} Mbit/s`,
  ].join(', ');
}

/** How the pace of the camera's times differs from ours. */
export function clockWords({ clockRate }: Pick<Stream, 'clockRate'>): string {
  if (clockRate === null) return 'not measured';
  const off = clockRate - 1;
  if (Math.abs(off) < PACE_SAID_ABOVE) return 'runs like ours';
  return `runs ${(Math.abs(off) * 100).toFixed(2)} % too ${off > 0 ? 'fast' : 'slow'}`;
}

export const connectionWords = (connections: number): string =>
  connections < 2 ? 'none' : `${count(connections - 1, 'time')} since ingest began to read it`;

/** Why pictures were left out, the most frequent reason first; empty: none was. */
export function dropWords(drops: SourceFigures['drops']): readonly string[] {
  return drops
    .filter(drop => drop.count > 0)
    .toSorted((a, b) => b.count - a.count)
    .map(drop => `${drop.count.toLocaleString('en')} ${reasons[drop.reason] ?? drop.reason}`);
}

const rounded = (value: number): string => value.toFixed(1).replace(/\.0$/, '');
