"""Gives a converted graph the input and outputs that the product expects, and stores its weights in 16 bits."""

from dataclasses import dataclass

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

IMAGES = 'images'


@dataclass(frozen=True)
class Input:
    """What the original network takes. The adapted graph takes uint8 `images` [1, 3, height, width] and does the rest."""

    name: str
    height: int
    width: int
    mean: tuple[float, ...] = (0.0,)
    divisor: tuple[float, ...] = (1.0,)
    layout: str = 'nhwc'
    type: type = np.float32

    def feed(self, images: np.ndarray) -> dict[str, np.ndarray]:
        """The original network's input for uint8 pictures [1, 3, height, width]."""
        value = (images.astype(np.float32) - column(self.mean)) / column(self.divisor)
        value = value.transpose(0, 2, 3, 1) if self.layout == 'nhwc' else value
        return {self.name: np.ascontiguousarray(value.astype(self.type))}


@dataclass(frozen=True)
class Output:
    """One output of the adapted graph: the named tensors of the original, one below the other, in this shape."""

    name: str
    parts: tuple[str, ...]
    shape: tuple[int, ...]
    # Numbers of a row that are kept, and how many a row of the original has.
    columns: tuple[int, ...] = ()
    width: int = 0

    def of(self, tensors: dict[str, np.ndarray]) -> np.ndarray:
        rows = np.concatenate([tensors[part].reshape(-1, self.row) for part in self.parts])
        return (rows[:, list(self.columns)] if self.columns else rows).reshape(self.shape)

    @property
    def row(self) -> int:
        return self.width or self.shape[-1]


def adapt(model, given: Input, outputs: list[Output], lossy: bool):
    graph = model.graph
    nodes = [helper.make_node('Cast', [IMAGES], ['input picture'], to=TensorProto.FLOAT)]
    values = [
        numpy_helper.from_array(column(given.mean), 'input mean'),
        numpy_helper.from_array(column(given.divisor), 'input divisor'),
    ]
    nodes.append(helper.make_node('Sub', ['input picture', 'input mean'], ['input centred']))
    nodes.append(helper.make_node('Div', ['input centred', 'input divisor'], ['input scaled']))
    last = 'input scaled'
    if given.layout == 'nhwc':
        nodes.append(helper.make_node('Transpose', [last], ['input turned'], perm=[0, 2, 3, 1]))
        last = 'input turned'
    kind = TensorProto.INT32 if given.type is np.int32 else TensorProto.FLOAT
    nodes.append(helper.make_node('Cast', [last], [given.name], to=kind))
    ends, infos = [], []
    for output in outputs:
        flat = numpy_helper.from_array(np.array([-1, output.row], np.int64), f'{output.name} rows')
        shape = numpy_helper.from_array(np.array(output.shape, np.int64), f'{output.name} shape')
        values += [flat, shape]
        for part in output.parts:
            ends.append(helper.make_node('Reshape', [part, flat.name], [f'{part} rows']))
        ends.append(helper.make_node('Concat', [f'{part} rows' for part in output.parts], [f'{output.name} all'], axis=0))
        last = f'{output.name} all'
        if output.columns:
            columns = numpy_helper.from_array(np.array(output.columns, np.int64), f'{output.name} columns')
            values.append(columns)
            ends.append(helper.make_node('Gather', [last, columns.name], [f'{output.name} kept'], axis=1))
            last = f'{output.name} kept'
        ends.append(helper.make_node('Reshape', [last, shape.name], [output.name]))
        infos.append(helper.make_tensor_value_info(output.name, TensorProto.FLOAT, output.shape))
    body = [*nodes, *graph.node, *ends]
    del graph.node[:], graph.input[:], graph.output[:], graph.value_info[:]
    graph.node.extend(body)
    graph.input.append(helper.make_tensor_value_info(IMAGES, TensorProto.UINT8, [1, 3, given.height, given.width]))
    graph.output.extend(infos)
    graph.initializer.extend(values)
    halve(graph, lossy)
    onnx.checker.check_model(model)
    return model


def halve(graph, lossy: bool) -> None:
    """Stores weights as float16 with a cast, which the runtime folds when it loads the model.

    Only weights that survive the round trip exactly, unless `lossy`.
    """
    casts = []
    for tensor in list(graph.initializer):
        if tensor.data_type != TensorProto.FLOAT:
            continue
        value = numpy_helper.to_array(tensor)
        half = value.astype(np.float16)
        exact = np.array_equal(half.astype(np.float32), value)
        if value.size < 64 or not np.isfinite(half).all() or not (exact or lossy):
            continue
        name = tensor.name
        graph.initializer.remove(tensor)
        graph.initializer.append(numpy_helper.from_array(half, f'{name} half'))
        casts.append(helper.make_node('Cast', [f'{name} half'], [name], to=TensorProto.FLOAT))
    nodes = [*casts, *graph.node]
    del graph.node[:]
    graph.node.extend(nodes)


def column(values: tuple[float, ...]) -> np.ndarray:
    return np.array(values, np.float32).reshape(1, -1, 1, 1)
