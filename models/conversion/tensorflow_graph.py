"""A TensorFlow.js graph model as a TensorFlow graph: to be run as it is, and to be converted."""

import json
from pathlib import Path

import numpy as np
import tensorflow as tf
from google.protobuf import json_format

np.product = np.prod  # tf2onnx 1.17 uses the name that NumPy 2 removed
import tf2onnx  # noqa: E402

from graph_nodes import complete, unfused  # noqa: E402

OPSET = 17


class TensorFlowGraph:
    """`inputs` and `outputs` are names of tensors; of a `cut` graph the inputs replace the nodes of that name."""

    def __init__(self, model: Path, inputs: dict[str, list[int]], outputs: list[str], cut: bool = False):
        described = json.loads(model.read_text())
        weights = read_weights(model.parent, described['weightsManifest'])
        self.inputs, self.outputs = list(inputs), outputs
        topology = described['modelTopology']
        nodes = [part for node in topology['node'] if node['op'] != 'NoOp' for part in unfused(complete(node))]
        if cut:
            nodes = [placeholder(node, inputs) if f'{node["name"]}:0' in inputs else node for node in nodes]
        nodes = needed(nodes, outputs)
        self.graph = json_format.ParseDict({'node': nodes}, tf.compat.v1.GraphDef(), ignore_unknown_fields=True)
        for node in self.graph.node:
            if node.op == 'Const':
                value = weights[node.name]
                node.attr['value'].tensor.CopyFrom(tf.make_tensor_proto(value, dtype=node.attr['dtype'].type))
            if node.op == 'Placeholder' and f'{node.name}:0' in inputs:
                shape = tf.TensorShape(inputs[f'{node.name}:0']).as_proto()
                node.attr['shape'].shape.CopyFrom(shape)

    def run(self, feed: dict[str, np.ndarray]) -> list[np.ndarray]:
        with tf.Graph().as_default() as graph:
            tf.import_graph_def(self.graph, name='')
            with tf.compat.v1.Session(graph=graph) as session:
                return session.run(self.outputs, feed)

    def to_onnx(self):
        model, _ = tf2onnx.convert.from_graph_def(
            self.graph, input_names=self.inputs, output_names=self.outputs, opset=OPSET
        )
        return model


def placeholder(node: dict, inputs: dict[str, list[int]]) -> dict:
    return {'name': node['name'], 'op': 'Placeholder', 'attr': {'dtype': {'type': 'DT_FLOAT'}}}


def needed(nodes: list[dict], outputs: list[str]) -> list[dict]:
    """The nodes that the outputs depend on."""
    by_name = {node['name']: node for node in nodes}
    kept: set[str] = set()
    waiting = [output.split(':')[0] for output in outputs]
    while waiting:
        name = waiting.pop()
        if name not in kept:
            kept.add(name)
            waiting += [given.split(':')[0].lstrip('^') for given in by_name[name].get('input', [])]
    return [node for node in nodes if node['name'] in kept]


def read_weights(folder: Path, manifest: list[dict]) -> dict[str, np.ndarray]:
    """Weights by name. Quantised ones become float32: `value * scale + min`."""
    weights: dict[str, np.ndarray] = {}
    for group in manifest:
        data = b''.join((folder / path).read_bytes() for path in group['paths'])
        offset = 0
        for entry in group['weights']:
            count = int(np.prod(entry['shape']))
            packed = entry.get('quantization')
            stored = np.dtype(packed['dtype'] if packed else entry['dtype'])
            value = np.frombuffer(data, stored, count, offset)
            offset += count * stored.itemsize
            if packed and 'scale' in packed:
                value = value.astype(np.float32) * np.float32(packed['scale']) + np.float32(packed['min'])
            elif packed:
                value = value.astype(np.float32)
            weights[entry['name']] = value.reshape(entry['shape'])
        if offset != len(data):
            raise ValueError(f'{group["paths"]} holds {len(data)} bytes, and its manifest names {offset}')
    return weights
