import protobuf from 'protobufjs/minimal.js';

type Writer = protobuf.Writer;
const TYPES = { float32: 1, uint8: 2, int64: 7, float16: 10 } as const;
type TensorType = keyof typeof TYPES;
type Dims = readonly (number | string)[];

export type TinyInput = { readonly name: string; readonly type: TensorType; readonly dims: Dims };

/** An output that always has these numbers; zero where there are none. */
export type TinyOutput = {
  readonly name: string;
  readonly type?: 'float32' | 'int64';
  readonly dims: readonly number[];
  readonly numbers?: readonly number[];
  /** Dims that the file declares, when it is to hide the true ones. */
  readonly declared?: Dims;
};

/** A further node; its inputs are zeros of these dims. */
export type TinyNode = {
  readonly operator: string;
  readonly domain?: string;
  readonly inputs: readonly (readonly number[])[];
};

export type TinyNetwork = {
  readonly inputs?: readonly TinyInput[];
  readonly outputs: readonly TinyOutput[];
  readonly nodes?: readonly TinyNode[];
  readonly metadata?: Readonly<Record<string, string>>;
  readonly opsets?: Readonly<Record<string, number>>;
  readonly irVersion?: number;
  /** Also lists the outputs' constants as inputs, as old exporters do. */
  readonly listsInitialisers?: boolean;
  /** Says of the constants that they lie in another file: `weights.data`, or this one. */
  readonly external?: boolean | string;
  /** Operators that the file defines itself, each as one Relu; `external`: with a default that lies in another file. */
  readonly functions?: readonly { readonly domain: string; readonly name: string; readonly external?: boolean }[];
  /** Has a graph for training whose weights lie in another file. */
  readonly training?: boolean;
  /** How many If nodes lie in one another. */
  readonly nesting?: number;
};

/** One picture of 640 x 640, and one output. */
export const picture: TinyInput = { name: 'images', type: 'float32', dims: [1, 3, 640, 640] };

/** An ONNX file whose outputs are constants. It opens and runs in ONNX Runtime unless it is made not to. */
export function tinyOnnx(network: TinyNetwork): Uint8Array {
  const { irVersion = 8, opsets = { '': 17 }, metadata = {}, functions = [] } = network;
  const file = protobuf.Writer.create();
  file.uint32(8).int64(irVersion);
  text(file, 2, 'tiny');
  message(file, 7, graph => writeGraph(graph, network));
  for (const [domain, version] of Object.entries(opsets)) message(file, 8, set => writeOpset(set, domain, version));
  for (const [key, value] of Object.entries(metadata))
    message(file, 14, entry => {
      text(entry, 1, key);
      text(entry, 2, value);
    });
  if (network.training === true)
    message(file, 20, training =>
      message(training, 2, graph =>
        message(graph, 5, tensor => writeTensor(tensor, { name: 'far', dims: [1] }, 'weights.data')),
      ),
    );
  for (const { domain, name, external = false } of functions)
    message(file, 25, one => {
      text(one, 1, name);
      text(one, 4, 'x');
      text(one, 5, 'y');
      message(one, 7, node => writeNode(node, 'Relu', '', ['x'], 'y'));
      message(one, 9, set => writeOpset(set, '', 17));
      text(one, 10, domain);
      if (external)
        message(one, 11, attribute => {
          text(attribute, 1, 'value');
          message(attribute, 5, tensor => writeTensor(tensor, { name: 'far', dims: [1] }, 'weights.data'));
          attribute.uint32(160).int32(4); // its type: TENSOR
        });
    });
  return file.finish();
}

function writeGraph(graph: Writer, network: TinyNetwork): void {
  const { inputs = [picture], outputs, nodes = [], listsInitialisers = false, external = false } = network;
  nodes.forEach(({ operator, domain = '', inputs: zeros }, at) => {
    const names = zeros.map((_, input) => `zeros-${at}-${input}`);
    message(graph, 1, node => writeNode(node, operator, domain, names, `unused-${at}`));
    zeros.forEach((dims, input) => {
      message(graph, 5, one => writeTensor(one, { name: names[input] ?? '', dims }, false));
    });
  });
  for (const output of outputs) {
    const name = `${output.name}-constant`;
    message(graph, 1, node => writeNode(node, 'Identity', '', [name], output.name));
    message(graph, 5, one => writeTensor(one, { ...output, name }, external === true ? 'weights.data' : external));
    if (listsInitialisers) message(graph, 11, one => writeValue(one, { type: 'float32', ...output, name }));
  }
  text(graph, 2, 'tiny');
  for (const input of inputs) message(graph, 11, one => writeValue(one, input));
  for (const { declared, ...output } of outputs)
    message(graph, 12, one => writeValue(one, { type: 'float32', ...output, dims: declared ?? output.dims }));
  if (network.nesting !== undefined) message(graph, 1, node => writeNested(node, network.nesting ?? 0));
}

function writeNode(node: Writer, operator: string, domain: string, inputs: readonly string[], output: string): void {
  for (const input of inputs) text(node, 1, input);
  text(node, 2, output);
  text(node, 4, operator);
  text(node, 7, domain);
}

function writeNested(node: Writer, depth: number): void {
  text(node, 4, 'If');
  message(node, 5, attribute => {
    text(attribute, 1, 'then_branch');
    message(attribute, 6, graph => {
      if (depth > 0) message(graph, 1, inner => writeNested(inner, depth - 1));
    });
  });
}

function writeTensor(
  tensor: Writer,
  { name, type = 'float32', dims, numbers = [] }: TinyOutput,
  /** Path of the file that has the numbers; false: this one. */
  external: string | false,
): void {
  for (const size of dims) tensor.uint32(8).int64(size);
  tensor.uint32(16).int32(TYPES[type]);
  text(tensor, 8, name);
  const length = dims.reduce((product, size) => product * size, 1);
  const all = Array.from({ length }, (_, at) => numbers[at] ?? 0);
  if (external === false)
    tensor
      .uint32(74)
      .bytes(new Uint8Array((type === 'int64' ? BigInt64Array.from(all, BigInt) : Float32Array.from(all)).buffer));
  else {
    message(tensor, 13, entry => {
      text(entry, 1, 'location');
      text(entry, 2, external);
    });
    tensor.uint32(112).int32(1);
  }
}

function writeValue(value: Writer, { name, type, dims }: TinyInput): void {
  text(value, 1, name);
  message(value, 2, one =>
    message(one, 1, tensor => {
      tensor.uint32(8).int32(TYPES[type]);
      message(tensor, 2, shape => {
        for (const size of dims)
          message(shape, 1, dimension => {
            if (typeof size === 'number') dimension.uint32(8).int64(size);
            else if (size !== '') text(dimension, 2, size);
          });
      });
    }),
  );
}

function writeOpset(set: Writer, domain: string, version: number): void {
  text(set, 1, domain);
  set.uint32(16).int64(version);
}

function message(writer: Writer, field: number, write: (inner: Writer) => void): void {
  writer.uint32((field << 3) | 2).fork();
  write(writer);
  writer.ldelim();
}

const text = (writer: Writer, field: number, value: string): Writer => writer.uint32((field << 3) | 2).string(value);
