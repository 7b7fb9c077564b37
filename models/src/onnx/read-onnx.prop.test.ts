import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ModelError } from '../errors.ts';
import { names } from '../testing/planted.ts';
import { picture, tinyOnnx } from '../testing/tiny-onnx.ts';
import { proposeCard } from './propose-card.ts';
import { readOnnx } from './read-onnx.ts';
import { scanOnnx } from './scan-onnx.ts';

const output = { name: 'output0', dims: [1, 7, 84] };
const inputs = [{ ...picture, dims: [1, 3, 64, 64] }];
const seeds = [
  tinyOnnx({ inputs, outputs: [output], metadata: { names, task: 'segment', imgsz: '[64, 64]' } }),
  tinyOnnx({ inputs, outputs: [output], listsInitialisers: true, external: true, nesting: 3 }),
  tinyOnnx({
    inputs: [...inputs, { name: 'orig_target_sizes', type: 'int64', dims: ['n', 2] }],
    outputs: [
      { name: 'boxes', dims: [1, 9, 4] },
      { name: 'labels', type: 'int64', dims: [1, 9] },
      { name: 'scores', dims: [1, 9] },
    ],
    metadata: { names, kpt_shape: '[17, 3]' },
    functions: [{ domain: 'own', name: 'Relu' }],
    nodes: [{ operator: 'Relu', domain: 'own', inputs: [[1]] }],
  }),
];

type Change = { readonly kind: 'set' | 'cut' | 'insert' | 'repeat'; readonly at: number; readonly bytes: Uint8Array };

const change: fc.Arbitrary<Change> = fc.record({
  kind: fc.constantFrom('set' as const, 'cut' as const, 'insert' as const, 'repeat' as const),
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  // Lengths that claim much, tags, and anything.
  bytes: fc.oneof(
    fc.constantFrom(
      Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0x0f),
      Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01),
      Uint8Array.of(0x3a, 0xff, 0x7f),
      Uint8Array.of(0x0b, 0x0b, 0x0b, 0x0b),
      Uint8Array.of(0),
    ),
    fc.uint8Array({ minLength: 1, maxLength: 12 }),
  ),
});

function changed(data: Uint8Array, { kind, at, bytes }: Change): Uint8Array {
  const from = Math.floor(at * data.length);
  const [head, tail] = [data.subarray(0, from), data.subarray(from)];
  if (kind === 'insert') return Buffer.concat([head, bytes, tail]);
  if (kind === 'repeat') return Buffer.concat([data, tail]);
  if (kind === 'cut') return Buffer.concat([head, tail.subarray(bytes.length)]);
  return Buffer.concat([head, bytes, tail.subarray(bytes.length)]);
}

/** Whatever bytes a person uploads, the answer is a card or a ModelError: no other error, no hang, no large memory. */
test('every damaged file ends in a card or in an error of this package', () => {
  let refused = 0;
  fc.assert(
    fc.property(fc.constantFrom(...seeds), fc.array(change, { minLength: 1, maxLength: 4 }), (seed, changes) => {
      const data = changes.reduce(changed, seed);
      try {
        const file = readOnnx(data);
        scanOnnx(file);
        proposeCard(file, { name: 'x', version: '1', licence: 'x' });
      } catch (error) {
        expect(error).toBeInstanceOf(ModelError);
        expect(String(error)).toMatch(/: .*: ./s);
        refused++;
      }
    }),
    { seed: 10, numRuns: 1_000 },
  );
  expect(refused).toBeGreaterThan(300);
}, 60_000);

/** Repeats a field of the graph until the file is this large. */
function bloated(field: number, inside: readonly number[], sizeBytes: number): Uint8Array {
  const part = Buffer.from([(field << 3) | 2, inside.length, ...inside]);
  const graph = Buffer.alloc(sizeBytes - (sizeBytes % part.length), part);
  const head = Buffer.from([8, 8, 0x3a]);
  const length: number[] = [];
  for (let rest = graph.length; rest > 0; rest >>>= 7) length.push((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0));
  return Buffer.concat([head, Buffer.from(length), graph]);
}

test.each([
  ['nodes', 1, []],
  ['initialisers', 5, [0x42, 1, 0x61]],
  ['inputs', 11, [0x0a, 1, 0x61]],
  ['fields that are not read', 9, []],
])(
  '24 MiB of tiny %s end in an error and take little memory',
  (_, field, inside) => {
    const data = bloated(field, inside, 24 << 20);
    const before = process.memoryUsage().rss;
    let words = '';
    try {
      readOnnx(data);
    } catch (error) {
      expect(error).toBeInstanceOf(ModelError);
      words = String(error);
    }
    expect(words).toMatch(/more than \d+|no ONNX model/);
    expect(process.memoryUsage().rss - before).toBeLessThan(2 * data.length);
  },
  60_000,
);

test('a graph of 2,000 levels ends in an error', () => {
  let graph = Buffer.alloc(0);
  const lengthOf = (size: number): number[] => {
    const all: number[] = [];
    for (let rest = size; ; rest >>>= 7) {
      all.push((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0));
      if (rest <= 0x7f) return all;
    }
  };
  const wrap = (field: number, inside: Buffer) =>
    Buffer.concat([Buffer.from([(field << 3) | 2, ...lengthOf(inside.length)]), inside]);
  for (let level = 0; level < 2_000; level++) graph = wrap(1, wrap(5, wrap(6, graph)));
  expect(() => readOnnx(Buffer.concat([Buffer.from([8, 8]), wrap(7, graph)]))).toThrow(/nested 33 deep/);
});
