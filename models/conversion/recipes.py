"""The models that ship, and how each is made of a package."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

import packages
from adapt import Input, Output
from face_network import FaceNetwork
from lite_graph import LiteGraph
from packages import Package
from packed_assets import read_asset
from tensorflow_graph import TensorFlowGraph


# The 80 classes of COCO that have pictures, among its 90 numbers.
COCO = tuple(i - 1 for i in range(1, 91) if i not in (12, 26, 29, 30, 45, 66, 68, 69, 71, 83))


@dataclass(frozen=True)
class Recipe:
    package: Package
    open: Callable[[Path], TensorFlowGraph | LiteGraph | FaceNetwork]
    input: Input
    outputs: list[Output]
    # Names of the original's outputs in the order in which it returns them.
    returns: list[str]
    colours: str = 'rgb'
    # Stores all weights in 16 bits, where the package has them in 8 or 32.
    lossy: bool = False


def nanodet() -> Recipe:
    cells = [52 * 52, 26 * 26, 13 * 13]
    scores = ('Identity:0', 'Identity_1:0', 'Identity_2:0')
    boxes = ('Identity_3:0', 'Identity_4:0', 'Identity_5:0')
    inputs = {'input_1:0': [1, 3, 416, 416]}
    return Recipe(
        packages.HUMAN_MODELS,
        lambda folder: TensorFlowGraph(folder / 'models/nanodet.json', inputs, [*scores, *boxes]),
        Input('input_1:0', 416, 416, (103.53, 116.28, 123.675), (57.375, 57.12, 58.395), 'nchw'),
        [Output('scores', scores, (1, sum(cells), 80)), Output('boxes', boxes, (1, sum(cells), 44))],
        [*scores, *boxes],
        colours='bgr',
    )


def coco_ssd() -> Recipe:
    start, ends = 'Preprocessor/sub:0', ['Postprocessor/Slice:0', 'Postprocessor/ExpandDims_1:0']
    model = 'models/coco-ssd/model.json'
    return Recipe(
        packages.COCO_SSD,
        lambda folder: TensorFlowGraph(folder / model, {start: [1, 300, 300, 3]}, ends, cut=True),
        Input(start, 300, 300, (127.5,), (127.5,)),
        [Output('scores', (ends[0],), (1, 1917, 80), COCO, 90), Output('boxes', (ends[1],), (1, 1917, 4))],
        ends,
    )


def palm() -> Recipe:
    def start(folder: Path) -> LiteGraph:
        return LiteGraph(read_asset(folder, 'hands', 'palm_detection_full.tflite'), folder)

    outputs = [Output('boxes', ('Identity',), (1, 2016, 18)), Output('scores', ('Identity_1',), (1, 2016, 1))]
    given = Input('input_1', 192, 192, (0,), (255,))
    return Recipe(packages.HANDS, start, given, outputs, ['Identity', 'Identity_1'])


def hand_landmarks() -> Recipe:
    def start(folder: Path) -> LiteGraph:
        return LiteGraph((folder / 'hand_landmark_full.tflite').read_bytes(), folder)

    names = ['Identity', 'Identity_1', 'Identity_2', 'Identity_3']
    outputs = [
        Output('points', ('Identity',), (1, 21, 3)),
        Output('presence', ('Identity_1',), (1, 1)),
        Output('handedness', ('Identity_2',), (1, 1)),
    ]
    return Recipe(packages.HANDS, start, Input('input_1', 224, 224, (0,), (255,)), outputs, names)


def face() -> Recipe:
    def start(folder: Path) -> LiteGraph:
        return LiteGraph((folder / 'face_detection_full_range.tflite').read_bytes(), folder)

    names = ['reshaped_regressor_face_4', 'reshaped_classifier_face_4']
    outputs = [Output('boxes', (names[0],), (1, 2304, 16)), Output('scores', (names[1],), (1, 2304, 1))]
    return Recipe(packages.FACE_DETECTION, start, Input('input', 192, 192, (127.5,), (127.5,)), outputs, names)


def face_embedding() -> Recipe:
    outputs = [Output('embedding', ('descriptor',), (1, 128))]
    given = Input('image', 150, 150, layout='nchw')
    start = lambda folder: FaceNetwork(folder / 'model')  # noqa: E731
    return Recipe(packages.FACE_API, start, given, outputs, ['descriptor'], lossy=True)


def pose() -> Recipe:
    inputs, ends = {'input:0': [1, 192, 192, 3]}, ['Identity:0']
    return Recipe(
        packages.HUMAN_MODELS,
        lambda folder: TensorFlowGraph(folder / 'models/movenet-lightning.json', inputs, ends),
        Input('input:0', 192, 192, type=np.int32),
        [Output('points', ('Identity:0',), (1, 17, 3))],
        ends,
    )


RECIPES: dict[str, Callable[[], Recipe]] = {
    'coco-nanodet': nanodet,
    'coco-ssd': coco_ssd,
    'palm': palm,
    'hand-landmarks': hand_landmarks,
    'face': face,
    'face-embedding': face_embedding,
    'pose': pose,
}
