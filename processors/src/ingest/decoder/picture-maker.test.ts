import {
  AV_FRAME_DATA_DISPLAYMATRIX,
  AV_FRAME_FLAG_INTERLACED,
  AV_FRAME_FLAG_TOP_FIELD_FIRST,
  AVCOL_SPC_UNSPECIFIED,
  type Frame,
  Rational,
} from 'node-av';
import { expect, test } from 'vitest';
import { type Quarters, quartersFrame, quartersOf } from '../testing/test-frame.ts';
import { PictureMaker } from './picture-maker.ts';

const QUARTERS: Quarters = [
  [192, 32, 32],
  [32, 192, 32],
  [48, 48, 176],
  [208, 208, 208],
];
const [RED, GREEN, BLUE, WHITE] = QUARTERS;
const BT709 = 'format=gbrp,zscale=min=gbr:rin=full:m=709:r=limited,format=yuv420p';
const BT601 = 'format=gbrp,zscale=min=gbr:rin=full:m=170m:r=limited,format=yuv420p';
const HDR = 'format=gbrp,zscale=pin=709:tin=709:min=gbr:rin=full:p=2020:m=2020_ncl:r=limited:npl=203';

async function pictureOf(frame: Frame) {
  const maker = await PictureMaker.for(frame);
  maker.scale(frame);
  const seen = await quartersOf(maker.jpeg());
  expect(seen.sizeWh).toEqual([maker.widthPx, maker.heightPx]);
  maker.close();
  return seen;
}

/** The largest difference of any colour value. */
const difference = (a: Quarters, b: Quarters): number =>
  Math.max(...a.flat().map((value, index) => Math.abs(value - (b.flat()[index] ?? 0))));

test.each([
  ['BT.601', BT601],
  ['BT.709', BT709],
  ['BT.709 in full range', BT709.replace('limited', 'full')],
  ['10 bits', BT601.replace('420p', '420p10')],
  ['10 bits in full range', BT601.replace('limited', 'full').replace('420p', '420p10')],
  ['BT.709 in 10 bits and full range', BT709.replace('limited', 'full').replace('420p', '420p10')],
  ['4:2:2', BT709.replace('420', '422')],
  ['4:4:4', BT709.replace('420', '444')],
  ['RGB', 'format=gbrp'],
  ['RGB with alpha', 'format=rgba'],
  ['BT.2020', `${HDR}:t=2020_10,format=yuv420p10`],
  ['HDR with PQ', `${HDR}:t=smpte2084,format=yuv420p10`],
  ['HDR with HLG', `${HDR}:t=arib-std-b67,format=yuv420p10`],
])('a frame in %s has the colours that a player shows', async (_name, filters) => {
  const frame = quartersFrame(QUARTERS, [320, 180], filters);
  expect(difference((await pictureOf(frame)).quarters, QUARTERS)).toBeLessThan(8);
  frame.free();
});

test('large frames without a colour matrix are BT.709, and small ones BT.601, as players take them', async () => {
  for (const [size, filters] of [
    [[1_280, 720], BT709],
    [[1_279, 719], BT709.replace('420', '444')],
    [[720, 576], BT601],
  ] as const) {
    const frame = quartersFrame(QUARTERS, size, filters);
    frame.colorSpace = AVCOL_SPC_UNSPECIFIED;
    expect(difference((await pictureOf(frame)).quarters, QUARTERS)).toBeLessThan(8);
    frame.free();
  }
});

/** A display matrix: a point (x, y) is shown at (ax + cy, bx + dy). */
function matrix([a, b, c, d]: readonly number[]): Buffer {
  const bytes = Buffer.alloc(36);
  for (const [at, value] of [a, b, 0, c, d].entries()) bytes.writeInt32LE((value ?? 0) * 65_536, at * 4);
  bytes.writeInt32LE(2 ** 30, 32);
  return bytes;
}

test.each([
  ['upright', [1, 0, 0, 1], QUARTERS],
  ['turned to the right', [0, 1, -1, 0], [BLUE, RED, WHITE, GREEN]],
  ['on its head', [-1, 0, 0, -1], [WHITE, BLUE, GREEN, RED]],
  ['turned to the left', [0, -1, 1, 0], [GREEN, WHITE, RED, BLUE]],
  ['mirrored', [-1, 0, 0, 1], [GREEN, RED, WHITE, BLUE]],
  ['mirrored and turned to the right', [0, 1, 1, 0], [RED, BLUE, GREEN, WHITE]],
  ['mirrored and on its head', [1, 0, 0, -1], [BLUE, WHITE, RED, GREEN]],
  ['mirrored and turned to the left', [0, -1, -1, 0], [WHITE, GREEN, BLUE, RED]],
  ['turned by nearly a quarter', [0.05, 0.99, -0.99, 0.05], [BLUE, RED, WHITE, GREEN]],
] as const)('a frame that must be shown %s is', async (_name, values, expected) => {
  const frame = quartersFrame(QUARTERS, [320, 180], BT709);
  frame.newSideData(AV_FRAME_DATA_DISPLAYMATRIX, 36).set(matrix(values));
  frame.sampleAspectRatio = new Rational(2, 1); // of the frame as it is stored
  const seen = await pictureOf(frame);
  const isTurned = Math.abs(values[1]) > 0.5;
  expect(seen.sizeWh).toEqual(isTurned ? [180, 640] : [640, 180]);
  expect(difference(seen.quarters, expected)).toBeLessThan(10);
  frame.free();
});

test('pixels of an impossible shape are taken as square', async () => {
  const frame = quartersFrame(QUARTERS, [320, 180], BT709);
  frame.sampleAspectRatio = new Rational(1, 1_000);
  expect((await pictureOf(frame)).sizeWh).toEqual([320, 180]);
  frame.free();
});

test.each(['top', 'bottom'])('of an interlaced frame the %s field is shown when it is first', async first => {
  // One field is white and the other black: together they would be grey.
  const black: Quarters = [
    [0, 0, 0],
    [0, 0, 0],
    [0, 0, 0],
    [0, 0, 0],
  ];
  const lines = `${BT601},geq=lum='if(eq(mod(Y,2),${first === 'top' ? 0 : 1}),235,16)':cb=128:cr=128`;
  const frame = quartersFrame(black, [320, 180], lines);
  frame.setFlags(AV_FRAME_FLAG_INTERLACED);
  if (first === 'top') frame.setFlags(AV_FRAME_FLAG_TOP_FIELD_FIRST);
  const { quarters } = await pictureOf(frame);
  expect(Math.min(...quarters.flat())).toBeGreaterThan(245);
  frame.free();
});

test('a frame of another shape, colour or turn needs another maker', async () => {
  const frame = quartersFrame(QUARTERS, [320, 180], BT709);
  const maker = await PictureMaker.for(frame);
  expect(maker.fits(frame)).toBe(true);
  frame.newSideData(AV_FRAME_DATA_DISPLAYMATRIX, 36).set(matrix([0, 1, -1, 0]));
  expect(maker.fits(frame)).toBe(false);
  maker.close();
  frame.free();
});
