import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { InferenceSession } from 'onnxruntime-node';
import { expect, test } from 'vitest';
import { ModelFileRefusedError } from '../errors.ts';
import { RunningModel } from '../run-model.ts';
import { picture, type TinyNetwork, tinyOnnx } from '../testing/tiny-onnx.ts';
import { NEWEST_IR, NEWEST_OPSET } from './operators.ts';
import { proposeCard } from './propose-card.ts';
import { readOnnx } from './read-onnx.ts';
import { scanOnnx } from './scan-onnx.ts';

const CARD = { name: 'tiny', version: '1', licence: 'MIT' };
const output = { name: 'output0', dims: [1, 7, 4], numbers: [1] };
const plain: TinyNetwork = { outputs: [output] };

/** The message of the refusal; fails when the bytes are taken, or end in another error. */
function refusal(data: Uint8Array, limits = {}): string {
  try {
    scanOnnx(readOnnx(data), limits);
  } catch (error) {
    if (error instanceof ModelFileRefusedError) return `${error.reason}: ${error.message}`;
    throw error;
  }
  throw new Error('it was taken');
}
const refusalOf = (network: Partial<TinyNetwork>): string => refusal(tinyOnnx({ ...plain, ...network }));

test('a file tells its inputs, outputs, operators, versions and metadata, without those inputs that it fills itself', () => {
  const file = readOnnx(
    tinyOnnx({
      inputs: [{ ...picture, dims: ['batch', 3, '', 640] }],
      outputs: [{ ...output, declared: ['batch', 7, 'anchors'] }],
      nodes: [{ operator: 'Relu', inputs: [[1]] }],
      metadata: { names: "{0: 'a'}", task: 'detect' },
      listsInitialisers: true,
      opsets: { '': 17, 'ai.onnx.ml': 2 },
    }),
  );
  expect(file).toMatchObject({
    irVersion: 8,
    producer: 'tiny',
    inputs: [{ name: 'images', type: 'float32', dims: ['batch', 3, '?', 640] }],
    outputs: [{ name: 'output0', type: 'float32', dims: ['batch', 7, 'anchors'] }],
    operators: [
      { domain: 'ai.onnx', name: 'Relu', count: 1 },
      { domain: 'ai.onnx', name: 'Identity', count: 1 },
    ],
    externalTensors: 0,
  });
  expect([...file.opsets]).toEqual([
    ['ai.onnx', 17],
    ['ai.onnx.ml', 2],
  ]);
  expect([...file.metadata]).toEqual([
    ['names', "{0: 'a'}"],
    ['task', 'detect'],
  ]);
});

test.each(['coco-nanodet', 'coco-ssd', 'face', 'kitchen-v1', 'palm', 'pose'])('the scan takes our own %s', name => {
  const data = readFileSync(join(import.meta.dirname, `../../weights/${name}.onnx`));
  expect(() => scanOnnx(readOnnx(data))).not.toThrow();
});

test('a file for a newer runtime is refused just where the runtime refuses it', async () => {
  const opens = async (network: Partial<TinyNetwork>) => {
    const session = await InferenceSession.create(tinyOnnx({ ...plain, ...network }), { logSeverityLevel: 4 });
    await session.release();
  };
  await opens({ opsets: { '': NEWEST_OPSET }, irVersion: NEWEST_IR });
  await expect(opens({ opsets: { '': NEWEST_OPSET + 1 } })).rejects.toThrow();
  await expect(opens({ irVersion: NEWEST_IR + 1 })).rejects.toThrow();
  expect(() =>
    scanOnnx(readOnnx(tinyOnnx({ ...plain, opsets: { '': NEWEST_OPSET }, irVersion: NEWEST_IR }))),
  ).not.toThrow();
  expect(refusalOf({ opsets: { '': 27 } })).toBe(
    'too-new: the file has operator set 27 and the runtime opens up to 26: export it again with opset=17 (any up to 26)',
  );
  expect(refusalOf({ irVersion: 14 })).toMatch(/^too-new: the file has IR version 14 .* set model.ir_version = 13/);
});

test('external data, foreign operators and too many bytes are refused with what to do', () => {
  expect(refusalOf({ external: true })).toMatch(/^external-data: 1 of its tensors lie in another file .*onnx\.save/);
  expect(refusalOf({ functions: [{ domain: 'pkg', name: 'F', external: true }] })).toMatch(/^external-data: 1 /);
  expect(refusalOf({ training: true })).toMatch(/^external-data: 1 /);
  const foreign = (operator: string, domain: string) => refusalOf({ nodes: [{ operator, domain, inputs: [[1]] }] });
  expect(foreign('EfficientNMS_TRT', 'TRT')).toMatch(
    /^operator: the file needs TRT\.EfficientNMS_TRT.*TensorRT plugins/,
  );
  expect(foreign('Evil', 'my.domain')).toMatch(/^operator: the file needs my\.domain\.Evil/);
  expect(foreign('Tokenizer', 'com.microsoft')).toMatch(/^operator: the file needs com\.microsoft\.Tokenizer/);
  expect(foreign('Conv', 'com.microsoft.nchwc')).toMatch(/optimised for one CPU/);
  expect(foreign('NoSuchThing', '')).toMatch(/^operator: the file needs NoSuchThing/);
  expect(refusal(tinyOnnx(plain), { mostBytes: 100 })).toMatch(/^too-large: the file has .* at most/);
});

test.each([
  ['com.microsoft', 'Inverse'],
  ['com.microsoft.experimental', 'X'],
  ['', 'Relu'],
  ['ai.onnx.ml', 'TreeEnsemble'],
])('a file may not define an operator of the runtime itself, here %s.%s', (domain, name) => {
  const network = { functions: [{ domain, name }], nodes: [{ operator: name, domain, inputs: [[1]] }] };
  expect(refusalOf(network)).toMatch(/^operator: the file defines .* a name that belongs to the runtime/);
});

test('weights in another file are not read, even in a file that was never scanned', async () => {
  const near = tinyOnnx({ outputs: [{ name: 'output0', dims: [1, 7, 300] }], external: 'package.json' });
  const card = { ...proposeCard(readOnnx(tinyOnnx({ outputs: [{ name: 'output0', dims: [1, 7, 300] }] })), CARD) };
  await expect(RunningModel.open({ card, bytes: near })).rejects.toThrow(/External data/);
});

test('an operator that the file defines itself, and what optimisers write, are taken', () => {
  const own = { domain: 'pkg.torch', name: 'Silu' };
  const taken = (network: Partial<TinyNetwork>) => scanOnnx(readOnnx(tinyOnnx({ ...plain, ...network })));
  taken({ functions: [own], nodes: [{ operator: own.name, domain: own.domain, inputs: [[1]] }] });
  taken({ nodes: [{ operator: 'FusedConv', domain: 'com.microsoft', inputs: [[1]] }] });
});

test.each([
  ['', 'the file is empty'],
  ['PK\x03\x04................yolo/data.pkl', 'PyTorch weights'],
  ['PK\x03\x04................model.onnx', 'a zip archive'],
  ['\x80\x02\x8a\nl', 'a Python pickle'],
  ['\x1c\0\0\0TFL3', 'a TensorFlow Lite model'],
  ['\x58\0\0\0\0\0\0\0{"__metadata__":{}}', 'safetensors'],
  ['<!DOCTYPE html><html>', 'a web page'],
  ['version https://git-lfs.github.com/spec/v1\noid sha256:', 'a Git LFS pointer'],
  ['\x08\x01\x12\x10\n\x05serve\x12\x07tensorflow', 'a TensorFlow graph'],
  ['\x89PNG\r\n', 'a picture'],
  ['{"name": "x"}', 'JSON'],
  ['hello', 'no ONNX model'],
])('the bytes %j are named: %s', (start, what) => {
  const text = refusal(Buffer.concat([Buffer.from(start, 'latin1'), Buffer.alloc(start === '' ? 0 : 64)]));
  expect(text).toMatch(/^not-onnx: /);
  expect(text).toContain(what);
  expect(text).toMatch(/: [a-z].*: [a-z`]/);
});

test('a truncated file says how much is missing; deep graphs end in an error', () => {
  const data = tinyOnnx(plain);
  expect(refusal(data.subarray(0, 60))).toMatch(/^damaged: the file is damaged: \d+ bytes are missing at its end/);
  expect(refusalOf({ nesting: 5_00 })).toMatch(/^damaged: the file has graphs nested 33 deep/);
});
