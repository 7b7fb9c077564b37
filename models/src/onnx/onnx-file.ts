/** One input or output of an ONNX file, as the file declares it. */
export type OnnxValue = {
  readonly name: string;
  /** `float32`, `uint8`, `int64` and so on; `sequence`, `map`, `optional` or `unknown` when it is no plain tensor. */
  readonly type: string;
  /** A number, the name of a free size, or `?` for a free size without a name. Undefined: the file does not say. */
  readonly dims: readonly (number | string)[] | undefined;
};

/** How often a kind of node occurs, subgraphs and functions included. `domain` of the ONNX standard is `ai.onnx`. */
export type OnnxOperator = { readonly domain: string; readonly name: string; readonly count: number };

/** What an ONNX file says of itself. Nothing of it has been run. */
export type OnnxFile = {
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly irVersion: number;
  /** Operator set versions by domain. */
  readonly opsets: ReadonlyMap<string, number>;
  /** Program and version that wrote it; may be empty. */
  readonly producer: string;
  /** Without those that the file gives a value itself (initialisers). */
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
  /** `names`, `task`, `imgsz`, `stride` and so on, as the exporter wrote them. */
  readonly metadata: ReadonlyMap<string, string>;
  readonly operators: readonly OnnxOperator[];
  /** Operators that the file defines itself, as `domain.name`. */
  readonly functions: readonly string[];
  /** Number of tensors whose numbers lie in another file. */
  readonly externalTensors: number;
};

/** The name of the standard's own domain, which files write as an empty string. */
export const STANDARD = 'ai.onnx';

/** Names of TensorProto.DataType, by number. */
const TYPES: Readonly<Record<number, string>> = {
  1: 'float32',
  2: 'uint8',
  3: 'int8',
  4: 'uint16',
  5: 'int16',
  6: 'int32',
  7: 'int64',
  8: 'string',
  9: 'bool',
  10: 'float16',
  11: 'float64',
  12: 'uint32',
  13: 'uint64',
  14: 'complex64',
  15: 'complex128',
  16: 'bfloat16',
};

export const typeName = (elementType: number): string => TYPES[elementType] ?? `type ${elementType}`;
