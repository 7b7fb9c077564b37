"""dlib's face recognition network (a residual network of 29 layers), as `@vladmandic/face-api` stores its weights.

Source of the structure: dlib, `dnn_face_recognition_ex.cpp`; of the names of the weights: face-api, `faceRecognitionNet`.
"""

import json
from pathlib import Path

import numpy as np
import onnx
import tensorflow as tf
from onnx import TensorProto, helper, numpy_helper

from tensorflow_graph import OPSET, read_weights

SIDE = 150
MEAN = np.array([122.782, 117.001, 104.298], np.float32)
BLOCKS = [
    *['conv32_1', 'conv32_2', 'conv32_3'],
    *['conv64_down', 'conv64_1', 'conv64_2', 'conv64_3'],
    *['conv128_down', 'conv128_1', 'conv128_2'],
    *['conv256_down', 'conv256_1', 'conv256_2'],
    'conv256_down_out',
]


class FaceNetwork:
    def __init__(self, folder: Path):
        manifest = json.loads((folder / 'face_recognition_model-weights_manifest.json').read_text())
        paths = [sorted(path.name for path in folder.glob('face_recognition_model*.bin'))]
        self.weights = read_weights(folder, [{**group, 'paths': found} for group, found in zip(manifest, paths)])

    def run(self, feed: dict[str, np.ndarray]) -> list[np.ndarray]:
        """With TensorFlow, layer by layer, scale and bias apart: no folding, unlike `to_onnx`."""
        (value,) = feed.values()
        x = tf.transpose((value - MEAN.reshape(1, 3, 1, 1)) / 255, [0, 2, 3, 1])
        x = tf.nn.relu(self.convolve(x, 'conv32_down', 2, 'VALID'))
        x = tf.nn.max_pool2d(x, 3, 2, 'VALID')
        for block in BLOCKS:
            x = self.halve(x, block) if 'down' in block else self.keep(x, block)
        return [tf.matmul(tf.reduce_mean(x, [1, 2]), self.weights['fc']).numpy()]

    def convolve(self, x, name: str, stride: int, padding: str):
        y = tf.nn.conv2d(x, self.weights[f'{name}/conv/filters'], stride, padding) + self.weights[f'{name}/conv/bias']
        return y * self.weights[f'{name}/scale/weights'] + self.weights[f'{name}/scale/biases']

    def keep(self, x, name: str):
        y = tf.nn.relu(self.convolve(x, f'{name}/conv1', 1, 'SAME'))
        return tf.nn.relu(self.convolve(y, f'{name}/conv2', 1, 'SAME') + x)

    def halve(self, x, name: str):
        y = tf.nn.relu(self.convolve(x, f'{name}/conv1', 2, 'VALID'))
        y = self.convolve(y, f'{name}/conv2', 1, 'SAME')
        short = tf.nn.avg_pool2d(x, 2, 2, 'VALID')
        rows, columns = short.shape[1] - y.shape[1], short.shape[2] - y.shape[2]
        y = tf.pad(y, [[0, 0], [0, rows], [0, columns], [0, 0]])
        return tf.nn.relu(y + tf.pad(short, [[0, 0], [0, 0], [0, 0], [0, y.shape[3] - short.shape[3]]]))

    def to_onnx(self):
        drawn = Drawing(self.weights)
        drawn.node('Sub', 'image', drawn.constant(MEAN.reshape(1, 3, 1, 1)), output='centred')
        x = drawn.node('Div', 'centred', drawn.constant(np.array(255, np.float32)))
        x = drawn.node('Relu', drawn.convolve(x, 'conv32_down', 2, 0))
        x = drawn.node('MaxPool', x, kernel_shape=[3, 3], strides=[2, 2])
        side, channels = 35, 32
        for block in BLOCKS:
            first = drawn.node('Relu', drawn.convolve(x, f'{block}/conv1', 2 if 'down' in block else 1, int('down' not in block)))
            y = drawn.convolve(first, f'{block}/conv2', 1, 1)
            if 'down' in block:
                x = drawn.node('AveragePool', x, kernel_shape=[2, 2], strides=[2, 2])
                wanted = self.weights[f'{block}/conv2/conv/bias'].size
                y = drawn.pad(y, side=side // 2 - (side - 3) // 2 - 1)
                x = drawn.pad(x, channels=wanted - channels)
                side, channels = side // 2, wanted
            x = drawn.node('Relu', drawn.node('Add', y, x))
        x = drawn.node('Flatten', drawn.node('GlobalAveragePool', x))
        drawn.node('MatMul', x, drawn.constant(self.weights['fc']), output='descriptor')
        return drawn.model()


class Drawing:
    """An ONNX graph in the making."""

    def __init__(self, weights: dict[str, np.ndarray]):
        self.weights = weights
        self.nodes: list = []
        self.values: list = []

    def node(self, kind: str, *inputs: str, output: str = '', **attributes) -> str:
        made = output or f'{kind}{len(self.nodes)}'
        self.nodes.append(helper.make_node(kind, inputs, [made], **attributes))
        return made

    def constant(self, value: np.ndarray) -> str:
        name = f'value{len(self.values)}'
        self.values.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def convolve(self, x: str, name: str, stride: int, pad: int) -> str:
        scale = self.weights[f'{name}/scale/weights']
        kernel = self.weights[f'{name}/conv/filters'].transpose(3, 2, 0, 1) * scale[:, None, None, None]
        bias = self.weights[f'{name}/conv/bias'] * scale + self.weights[f'{name}/scale/biases']
        attributes = {'strides': [stride] * 2, 'pads': [pad] * 4, 'kernel_shape': list(kernel.shape[2:])}
        return self.node('Conv', x, self.constant(kernel), self.constant(bias), **attributes)

    def pad(self, x: str, side: int = 0, channels: int = 0) -> str:
        if side == 0 and channels == 0:
            return x
        return self.node('Pad', x, self.constant(np.array([0, 0, 0, 0, 0, channels, side, side], np.int64)))

    def model(self):
        image = helper.make_tensor_value_info('image', TensorProto.FLOAT, [1, 3, SIDE, SIDE])
        descriptor = helper.make_tensor_value_info('descriptor', TensorProto.FLOAT, [1, 128])
        graph = helper.make_graph(self.nodes, 'face', [image], [descriptor], self.values)
        return helper.make_model(graph, opset_imports=[helper.make_opsetid('', OPSET)], ir_version=8)
