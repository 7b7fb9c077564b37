"""Reads boxes out of the originals' outputs with NumPy: what the product's own decoders must find, too."""

import numpy as np

SIDES = 11


def boxes_of(name: str, tensors: dict[str, np.ndarray], side: int, least: float) -> list[list[float]]:
    """Rows of left, top, right, bottom (shares of the input), confidence and class; the most confident first."""
    scores, boxes = READERS[name](tensors['scores'][0], tensors['boxes'][0], side)
    classes, confidence = scores.argmax(1), scores.max(1)
    found = np.column_stack([boxes, confidence, classes])[confidence >= least]
    return suppressed(found[np.argsort(-found[:, 4], kind='stable')], OVERLAPS[name]).tolist()


def nanodet(scores: np.ndarray, sides: np.ndarray, side: int):
    strides = np.concatenate([np.full((side // s) ** 2, s) for s in (8, 16, 32)])
    centres = np.concatenate([grid(side // s) for s in (8, 16, 32)])
    logits = sides.reshape(-1, 4, SIDES)
    weights = np.exp(logits - logits.max(-1, keepdims=True))
    distances = (weights * np.arange(SIDES)).sum(-1) / weights.sum(-1) * strides[:, None] / side
    return scores, np.hstack([centres - distances[:, :2], centres + distances[:, 2:]])


def ssd(scores: np.ndarray, boxes: np.ndarray, _side: int):
    return scores, boxes[:, [1, 0, 3, 2]]


def mediapipe(grids: list[tuple[int, int]]):
    def read(scores: np.ndarray, boxes: np.ndarray, side: int):
        anchors = np.concatenate([np.repeat(grid(side // stride), count, axis=0) for stride, count in grids])
        centre, size = anchors + boxes[:, :2] / side, boxes[:, 2:4] / side
        return 1 / (1 + np.exp(-scores)), np.hstack([centre - size / 2, centre + size / 2])

    return read


READERS = {
    'coco-nanodet': nanodet,
    'coco-ssd': ssd,
    'palm': mediapipe([(8, 2), (16, 6)]),
    'face': mediapipe([(4, 1)]),
}
OVERLAPS = {'coco-nanodet': 0.6, 'coco-ssd': 0.5, 'palm': 0.3, 'face': 0.3}


def grid(cells: int) -> np.ndarray:
    """Centres of the cells, row by row, as shares."""
    ys, xs = np.mgrid[:cells, :cells]
    return (np.stack([xs, ys], -1).reshape(-1, 2) + 0.5) / cells


def suppressed(rows: np.ndarray, overlap: float) -> np.ndarray:
    kept: list[np.ndarray] = []
    for row in rows:
        if all(other[5] != row[5] or shared(other, row) <= overlap for other in kept):
            kept.append(row)
    return np.array(kept).reshape(-1, 6)


def shared(a: np.ndarray, b: np.ndarray) -> float:
    width = min(a[2], b[2]) - max(a[0], b[0])
    height = min(a[3], b[3]) - max(a[1], b[1])
    if width <= 0 or height <= 0:
        return 0.0
    area = lambda row: (row[2] - row[0]) * (row[3] - row[1])  # noqa: E731
    return width * height / (area(a) + area(b) - width * height)
