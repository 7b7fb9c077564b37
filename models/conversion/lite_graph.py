"""A TensorFlow Lite model: to be run as it is, and to be converted."""

from pathlib import Path

import numpy as np
import tensorflow as tf

from tensorflow_graph import OPSET, tf2onnx


class LiteGraph:
    def __init__(self, content: bytes, folder: Path):
        self.content = content
        self.folder = folder

    def run(self, feed: dict[str, np.ndarray]) -> list[np.ndarray]:
        """The outputs in the order that the model lists them."""
        interpreter = tf.lite.Interpreter(model_content=self.content)
        interpreter.allocate_tensors()
        (value,) = feed.values()
        interpreter.set_tensor(interpreter.get_input_details()[0]['index'], value)
        interpreter.invoke()
        return [interpreter.get_tensor(output['index']) for output in interpreter.get_output_details()]

    def to_onnx(self):
        path = self.folder / 'model.tflite'
        path.write_bytes(self.content)
        model, _ = tf2onnx.convert.from_tflite(str(path), opset=OPSET)
        return model
