import { ModelFileRefusedError } from '../errors.ts';

const EXPORT = 'yolo export model=FILE.pt format=onnx, or torch.onnx.export';

/** True for the first bytes of a file, one character a byte. */
type Test = (start: string) => boolean;
type Kind = { readonly is: Test; readonly what: string; readonly fix: string };

const magic =
  (at: number, ...texts: readonly string[]): Test =>
  start =>
    texts.some(text => start.startsWith(text, at));
const like =
  (pattern: RegExp): Test =>
  start =>
    pattern.test(start);
const both =
  (first: Test, second: Test): Test =>
  start =>
    first(start) && second(start);

const ZIP = magic(0, 'PK\x03\x04');

/** Files that people give instead of ONNX. The first that fits counts. */
const KINDS: readonly Kind[] = [
  {
    is: magic(0, 'version https://git-lfs'),
    what: 'a Git LFS pointer, not the file itself',
    fix: 'run `git lfs pull` where you cloned it, or download the file from its page',
  },
  {
    is: like(/^\s*<(!doctype html|html|head|body)/i),
    what: 'a web page, so the download failed or needs a login',
    fix: 'open the address in a browser and save the file itself',
  },
  {
    is: like(/^\s*<\?xml[\s\S]*<net /),
    what: 'an OpenVINO network',
    fix: 'export the original network as ONNX',
  },
  { is: both(ZIP, like(/data\.pkl/)), what: 'PyTorch weights (.pt)', fix: `export them as ONNX (${EXPORT})` },
  { is: ZIP, what: 'a zip archive', fix: 'unpack it and give the .onnx file inside' },
  {
    is: magic(0, '\x80\x02', '\x80\x03', '\x80\x04', '\x80\x05'),
    what: 'a Python pickle, probably old PyTorch weights (.pt)',
    fix: `export them as ONNX (${EXPORT})`,
  },
  { is: magic(0, '\x89HDF\r\n'), what: 'a Keras file (.h5)', fix: 'convert it with tf2onnx' },
  {
    is: magic(4, 'TFL3'),
    what: 'a TensorFlow Lite model',
    fix: 'convert it with `python -m tf2onnx.convert --tflite FILE`',
  },
  {
    is: magic(4, 'ORTM'),
    what: "a model in ONNX Runtime's own format (.ort)",
    fix: 'give the .onnx file it was made of',
  },
  {
    is: both(magic(7, '\0'), magic(8, '{"')),
    what: 'safetensors, which hold weights without a network',
    fix: `load them in their program and export that as ONNX (${EXPORT})`,
  },
  {
    is: magic(0, 'ftrt', 'ptrt'),
    what: 'a TensorRT engine, which runs on one kind of GPU only',
    fix: 'give the .onnx file it was built from',
  },
  { is: magic(0, 'GGUF'), what: 'a GGUF language model', fix: 'give a detector as ONNX' },
  { is: magic(0, '7767517'), what: 'an ncnn network', fix: 'export the original network as ONNX' },
  {
    is: magic(0, '\x1f\x8b', '7z\xbc\xaf', 'Rar!', 'BZh', '\xfd7zXZ'),
    what: 'a compressed file',
    fix: 'unpack it first',
  },
  { is: magic(0, '\xff\xd8\xff', '\x89PNG', 'GIF8'), what: 'a picture', fix: 'give the network as .onnx' },
  { is: magic(4, 'ftyp'), what: 'a video', fix: 'give the network as .onnx' },
  { is: like(/^\s*[{[]\s*["\]}[{]/), what: 'JSON', fix: 'give the .onnx file' },
];

/** A frozen graph or a SavedModel is protobuf too, so these words tell only after the file proved to be no ONNX. */
const TENSORFLOW: Kind = {
  is: like(/tensorflow|saved_model|Placeholder|\bserve\b/),
  what: 'a TensorFlow graph (.pb)',
  fix: 'convert the SavedModel with `python -m tf2onnx.convert --saved-model DIR --inputs-as-nchw INPUT`',
};

const SNIFFED_BYTES = 4096;

const startOf = (data: Uint8Array): string =>
  Buffer.from(data.buffer, data.byteOffset, Math.min(data.length, SNIFFED_BYTES)).toString('latin1');

/** Throws ModelFileRefusedError for a file of a kind that is known and is not ONNX. */
export function refuseOtherKinds(data: Uint8Array): void {
  if (data.length === 0) throw new ModelFileRefusedError('not-onnx', 'the file is empty: copy it again');
  const start = startOf(data);
  const kind = KINDS.find(({ is }) => is(start));
  if (kind !== undefined) throw notOnnx(kind);
}

/** The error for a file that has no ONNX graph. */
export const noGraph = (data: Uint8Array): ModelFileRefusedError =>
  TENSORFLOW.is(startOf(data))
    ? notOnnx(TENSORFLOW)
    : new ModelFileRefusedError(
        'not-onnx',
        'the file is no ONNX model: export the network as ONNX and give that .onnx file',
      );

const notOnnx = ({ what, fix }: Kind): ModelFileRefusedError =>
  new ModelFileRefusedError('not-onnx', `the file is ${what}, no ONNX model: ${fix}`);
