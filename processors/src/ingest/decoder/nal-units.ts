import type { ParameterSets, VideoCodec } from './parameter-sets.ts';

const START_CODE = Buffer.from([0, 0, 1]);
const LENGTH_BYTES = 4;
/** Types of NAL units: ITU-T H.264, table 7-1; H.265, table 7-1. */
const TYPES = {
  h264: { video: undefined, sequence: 7, picture: 8, delimiter: 9, keyFrom: 5, keyTo: 5, pictures: [1, 5] },
  h265: { video: 32, sequence: 33, picture: 34, delimiter: 35, keyFrom: 16, keyTo: 23, pictures: [0, 31] },
} as const;

/** NAL units of a packet, as an MP4 takes them, and what they say. */
export interface Units {
  /** Pictures and messages, each with its length in 4 bytes before it; empty: there is no picture. */
  readonly sample: Buffer;
  /** Decoding can begin here. */
  readonly isKey: boolean;
  readonly sets: Partial<ParameterSets>;
}

const typeOf = (codec: VideoCodec, unit: Buffer): number =>
  codec === 'h264' ? (unit[0] ?? 0) & 31 : ((unit[0] ?? 0) >> 1) & 63;

/** `lengthBytes`: of the lengths before the units; undefined: start codes are before them (annex B). */
export function readUnits(codec: VideoCodec, packet: Buffer, lengthBytes: number | undefined): Units {
  const units = lengthBytes === undefined ? byStartCodes(packet) : byLengths(packet, lengthBytes);
  const types = TYPES[codec];
  const sets: { -readonly [name in keyof ParameterSets]?: ParameterSets[name] } = {};
  const kept: Buffer[] = [];
  let [isKey, hasPicture] = [false, false];
  for (const unit of units) {
    const type = typeOf(codec, unit);
    if (type === types.video) sets.video = unit;
    else if (type === types.sequence) sets.sequence = unit;
    else if (type === types.picture) sets.picture = unit;
    else if (type !== types.delimiter && unit.length > 0) {
      isKey ||= type >= types.keyFrom && type <= types.keyTo;
      hasPicture ||= type >= types.pictures[0] && type <= types.pictures[1];
      const length = Buffer.allocUnsafe(LENGTH_BYTES);
      length.writeUInt32BE(unit.length);
      kept.push(length, unit);
    }
  }
  return { sample: hasPicture ? Buffer.concat(kept) : Buffer.alloc(0), isKey, sets };
}

/** Parameter sets of a stream's description, and how its packets divide their units. */
export function readDescription(
  codec: VideoCodec,
  description: Buffer | null,
): { readonly sets: Partial<ParameterSets>; readonly lengthBytes: number | undefined } {
  if (description === null || description.length < 7 || description[0] !== 1)
    return { sets: readUnits(codec, description ?? Buffer.alloc(0), undefined).sets, lengthBytes: undefined };
  const isH264 = codec === 'h264';
  const units = isH264 ? unitsOfAvcC(description) : unitsOfHvcC(description);
  const framed = units.flatMap(unit => [START_CODE, unit]);
  const lengthBytes = ((description[isH264 ? 4 : 21] ?? 0) & 3) + 1;
  return { sets: readUnits(codec, Buffer.concat(framed), undefined).sets, lengthBytes };
}

function byStartCodes(packet: Buffer): readonly Buffer[] {
  const units: Buffer[] = [];
  for (let at = packet.indexOf(START_CODE); at >= 0; ) {
    const next = packet.indexOf(START_CODE, at + START_CODE.length);
    let end = next < 0 ? packet.length : next;
    while (end > at + START_CODE.length && packet[end - 1] === 0) end--; // zeros before a start code are no content
    units.push(packet.subarray(at + START_CODE.length, end));
    at = next;
  }
  return units;
}

function byLengths(packet: Buffer, lengthBytes: number): readonly Buffer[] {
  const units: Buffer[] = [];
  for (let at = 0; at + lengthBytes <= packet.length; ) {
    const length = packet.readUIntBE(at, lengthBytes);
    at += lengthBytes;
    units.push(packet.subarray(at, at + length));
    at += length;
  }
  return units;
}

/** ISO/IEC 14496-15, 5.3.3.1. */
function unitsOfAvcC(description: Buffer): readonly Buffer[] {
  const units: Buffer[] = [];
  let at = 5;
  for (const mask of [31, 255])
    for (let left = (description[at++] ?? 0) & mask; left > 0 && at + 2 <= description.length; left--) {
      const length = description.readUInt16BE(at);
      units.push(description.subarray(at + 2, at + 2 + length));
      at += 2 + length;
    }
  return units;
}

/** ISO/IEC 14496-15, 8.3.3.1. */
function unitsOfHvcC(description: Buffer): readonly Buffer[] {
  const units: Buffer[] = [];
  let at = 23;
  for (let arrays = description[22] ?? 0; arrays > 0 && at + 3 <= description.length; arrays--) {
    const count = description.readUInt16BE(at + 1);
    at += 3;
    for (let left = count; left > 0 && at + 2 <= description.length; left--) {
      const length = description.readUInt16BE(at);
      units.push(description.subarray(at + 2, at + 2 + length));
      at += 2 + length;
    }
  }
  return units;
}
