import { ModelFileRefusedError } from '../errors.ts';
import { sha256Of } from '../load-model.ts';
import { noGraph, refuseOtherKinds } from './file-kind.ts';
import { type OnnxFile, type OnnxValue, STANDARD, typeName } from './onnx-file.ts';
import { bytes, varint, Wire } from './wire.ts';

const DEEPEST_GRAPH = 32;
const MOST_VALUES = 100_000;
const MOST_OPERATORS = 5_000;
const MOST_METADATA_CHARS = 4 << 20;

/**
 * What an ONNX file says of itself, without running it. Memory stays small whatever the file claims: weights are skipped.
 * Throws ModelFileRefusedError for a file that is no ONNX or is damaged.
 *
 * The part of onnx.proto (Apache-2.0) that is read, field numbers included:
 *
 *   Model      1 ir_version  2 producer_name  3 producer_version  7 Graph  8 OperatorSet*  14 Entry*  20 Training*  25 Function*
 *   Graph      1 Node*  5 Tensor* initializer  11 Value* input  12 Value* output  15 SparseTensor* initializer
 *   Node       4 op_type  5 Attribute*  7 domain
 *   Attribute  5 Tensor  6 Graph  10 Tensor*  11 Graph*  22 SparseTensor  23 SparseTensor*
 *   Tensor     8 name  13 Entry* external_data  14 data_location (1: another file)
 *   Sparse     1 Tensor values  2 Tensor indices
 *   Value      1 name  2 Type        Type  1 Tensor type {1 elem_type  2 Shape {1 Dimension*}}  4 sequence  5 map  9 optional
 *   Dimension  1 dim_value  2 dim_param     OperatorSet  1 domain  2 version     Entry  1 key  2 value
 *   Function   1 name  7 Node*  10 domain  11 Attribute* defaults     Training  1 Graph  2 Graph
 */
export function readOnnx(data: Uint8Array): OnnxFile {
  refuseOtherKinds(data);
  const walk = new Walk(data);
  try {
    walk.model();
  } catch (error) {
    if (walk.irVersion === 0 || walk.graphs === 0) throw noGraph(data);
    if (error instanceof ModelFileRefusedError) throw error;
    const problem = error instanceof Error ? error.message : String(error);
    throw new ModelFileRefusedError('damaged', `the file is damaged (${problem}): copy it again, or export it again`);
  }
  if (walk.irVersion === 0 || walk.graphs === 0) throw noGraph(data);
  return walk.file(data);
}

class Walk {
  readonly #wire: Wire;
  irVersion = 0;
  graphs = 0;
  #producer = '';
  #producerVersion = '';
  readonly #opsets = new Map<string, number>();
  readonly #metadata = new Map<string, string>();
  #metadataChars = 0;
  readonly #inputs: OnnxValue[] = [];
  readonly #outputs: OnnxValue[] = [];
  readonly #initialisers = new Set<string>();
  readonly #operators = new Map<string, { readonly domain: string; readonly name: string; count: number }>();
  readonly #functions = new Set<string>();
  #externalTensors = 0;

  constructor(data: Uint8Array) {
    this.#wire = new Wire(data);
  }

  model(): void {
    this.#wire.all(tag => {
      if (tag === varint(1)) this.irVersion = this.#wire.number();
      else if (tag === bytes(2)) this.#producer = this.#wire.text();
      else if (tag === bytes(3)) this.#producerVersion = this.#wire.text();
      else if (tag === bytes(7)) this.#graph(0);
      else if (tag === bytes(8)) this.#operatorSet();
      else if (tag === bytes(14)) this.#entry();
      else if (tag === bytes(20)) this.#training();
      else if (tag === bytes(25)) this.#function();
    });
  }

  file(data: Uint8Array): OnnxFile {
    return {
      sha256: sha256Of(data),
      sizeBytes: data.length,
      irVersion: this.irVersion,
      opsets: this.#opsets,
      producer: `${this.#producer} ${this.#producerVersion}`.trim(),
      inputs: this.#inputs.filter(({ name }) => !this.#initialisers.has(name)),
      outputs: this.#outputs,
      metadata: this.#metadata,
      operators: [...this.#operators.values()],
      functions: [...this.#functions],
      externalTensors: this.#externalTensors,
    };
  }

  #graph(depth: number): void {
    if (depth > DEEPEST_GRAPH) throw tooMany(`graphs nested ${depth} deep`);
    this.graphs++;
    const wire = this.#wire;
    wire.message(tag => {
      if (tag === bytes(1)) this.#node(depth);
      else if (tag === bytes(5)) this.#initialiser(depth);
      else if (tag === bytes(15)) this.#sparseTensor();
      else if (depth === 0 && tag === bytes(11)) keep(this.#inputs, this.#value());
      else if (depth === 0 && tag === bytes(12)) keep(this.#outputs, this.#value());
    });
  }

  #node(depth: number): void {
    let name = '';
    let domain = '';
    this.#wire.message(tag => {
      if (tag === bytes(4)) name = this.#wire.text();
      else if (tag === bytes(5)) this.#attribute(depth);
      else if (tag === bytes(7)) domain = this.#wire.text();
    });
    domain ||= STANDARD;
    const key = `${domain}.${name}`;
    const known = this.#operators.get(key);
    if (known !== undefined) known.count++;
    else this.#operators.set(key, { domain, name, count: 1 });
    if (this.#operators.size > MOST_OPERATORS) throw tooMany(`more than ${MOST_OPERATORS} kinds of operators`);
  }

  #attribute(depth: number): void {
    this.#wire.message(tag => {
      if (tag === bytes(5) || tag === bytes(10)) this.#tensor();
      else if (tag === bytes(6) || tag === bytes(11)) this.#graph(depth + 1);
      else if (tag === bytes(22) || tag === bytes(23)) this.#sparseTensor();
    });
  }

  #initialiser(depth: number): void {
    const name = this.#tensor();
    if (depth > 0) return;
    this.#initialisers.add(name);
    if (this.#initialisers.size > MOST_VALUES) throw tooMany(`more than ${MOST_VALUES} named tensors`);
  }

  #sparseTensor(): void {
    this.#wire.message(tag => {
      if (tag === bytes(1) || tag === bytes(2)) this.#tensor();
    });
  }

  /** Returns its name. */
  #tensor(): string {
    let name = '';
    let external = false;
    this.#wire.message(tag => {
      if (tag === bytes(8)) name = this.#wire.text();
      else if (tag === varint(14)) external ||= this.#wire.number() === 1;
      else if (tag === bytes(13)) external = true;
    });
    if (external) this.#externalTensors++;
    return name;
  }

  #value(): OnnxValue {
    let value: OnnxValue = { name: '', type: 'unknown', dims: undefined };
    this.#wire.message(tag => {
      if (tag === bytes(1)) value = { ...value, name: this.#wire.text() };
      else if (tag === bytes(2)) value = { ...value, ...this.#type() };
    });
    return value;
  }

  #type(): Pick<OnnxValue, 'type' | 'dims'> {
    let type = 'unknown';
    let dims: (number | string)[] | undefined;
    const wire = this.#wire;
    wire.message(kind => {
      if (kind === bytes(4)) type = 'sequence';
      else if (kind === bytes(5)) type = 'map';
      else if (kind === bytes(9)) type = 'optional';
      else if (kind === bytes(1))
        wire.message(tag => {
          if (tag === varint(1)) type = typeName(wire.number());
          else if (tag === bytes(2)) {
            const sizes: (number | string)[] = [];
            wire.message(each => {
              if (each === bytes(1)) keep(sizes, this.#dimension());
            });
            dims = sizes;
          }
        });
    });
    return { type, dims };
  }

  #dimension(): number | string {
    let size: number | string = '?';
    this.#wire.message(tag => {
      if (tag === varint(1)) size = this.#wire.number();
      else if (tag === bytes(2)) size = this.#wire.text() || '?';
    });
    return typeof size === 'number' && size < 0 ? '?' : size;
  }

  #operatorSet(): void {
    let domain = '';
    let version = 0;
    this.#wire.message(tag => {
      if (tag === bytes(1)) domain = this.#wire.text();
      else if (tag === varint(2)) version = this.#wire.number();
    });
    this.#opsets.set(domain || STANDARD, version);
    if (this.#opsets.size > MOST_OPERATORS) throw tooMany(`more than ${MOST_OPERATORS} operator sets`);
  }

  #entry(): void {
    let key = '';
    let value = '';
    this.#wire.message(tag => {
      if (tag === bytes(1)) key = this.#wire.text();
      else if (tag === bytes(2)) value = this.#wire.text();
    });
    this.#metadataChars += key.length + value.length + 1;
    if (this.#metadataChars > MOST_METADATA_CHARS)
      throw tooMany(`more than ${MOST_METADATA_CHARS} characters of metadata`);
    this.#metadata.set(key, value);
  }

  #training(): void {
    this.#wire.message(tag => {
      if (tag === bytes(1) || tag === bytes(2)) this.#graph(1);
    });
  }

  #function(): void {
    let name = '';
    let domain = '';
    this.#wire.message(tag => {
      if (tag === bytes(1)) name = this.#wire.text();
      else if (tag === bytes(7)) this.#node(0);
      else if (tag === bytes(10)) domain = this.#wire.text();
      else if (tag === bytes(11)) this.#attribute(0);
    });
    this.#functions.add(`${domain || STANDARD}.${name}`);
    if (this.#functions.size > MOST_OPERATORS) throw tooMany(`more than ${MOST_OPERATORS} functions`);
  }
}

/** Adds to a list that a file may not grow without end. */
function keep<T>(list: T[], one: T): void {
  if (list.length >= MOST_VALUES) throw tooMany(`more than ${MOST_VALUES} inputs, outputs or sizes`);
  list.push(one);
}

const tooMany = (what: string): ModelFileRefusedError =>
  new ModelFileRefusedError('damaged', `the file has ${what}, which no detector has: export it again`);
