"""The peer of `npm run bench -- ort`: one plain loop of OpenCV and ONNX Runtime over a video.

loop.py VIDEO CARD THREADS: prints one line of JSON: frames, seconds (after WARM frames), and the boxes of every frame as
[class, confidence, x1, y1, x2, y2] in pixels of the picture. It does what the product does to a picture: decode, fit,
run, decode boxes, suppress.
"""

import json
import sys
import time
from pathlib import Path

import cv2
import numpy as np
import onnxruntime

WARM = 60
SIZE = (640, 360)
GREY = 114
# The product's, for a card that names none.
THRESHOLDS = {"confidence": 0.3, "overlap": 0.45}


def fitted(picture, card):
    """The picture as the model takes it, and the factors and offsets that lead back."""
    _, _, height, width = card["input"]["shape"]
    if card["input"].get("fit") == "stretch":
        small = cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA)
        back = (SIZE[0] / width, SIZE[1] / height, 0, 0)
    else:
        scale = min(width / SIZE[0], height / SIZE[1])
        inner = (round(SIZE[0] * scale), round(SIZE[1] * scale))
        left, top = (width - inner[0]) // 2, (height - inner[1]) // 2
        small = np.full((height, width, 3), card["input"].get("padding", GREY), np.uint8)
        small[top : top + inner[1], left : left + inner[0]] = cv2.resize(picture, inner, interpolation=cv2.INTER_AREA)
        back = (1 / scale, 1 / scale, left, top)
    if card["input"]["colourOrder"] == "rgb":
        small = small[:, :, ::-1]
    planes = np.ascontiguousarray(small.transpose(2, 0, 1)[None])
    return (planes if card["input"]["type"] == "uint8" else planes.astype(np.float32)), back


def read_ultralytics(outputs, card, least):
    rows = next(iter(outputs.values()))[0]
    scores = rows[4 : 4 + len(card["classes"])]
    best = scores.argmax(0)
    confidence = scores.max(0)
    keep = confidence >= least
    cx, cy, w, h = rows[:4, keep]
    return np.stack([cx - w / 2, cy - h / 2, cx + w / 2, cy + h / 2], 1), confidence[keep], best[keep]


def read_nanodet(outputs, card, least):
    _, _, height, width = card["input"]["shape"]
    scores, sides = outputs[card["output"]["scores"]][0], outputs[card["output"]["boxes"]][0]
    confidence = scores.max(1)
    keep = confidence >= least
    centres, strides = [], []
    for stride in card["output"]["strides"]:
        ys, xs = np.mgrid[0 : height // stride, 0 : width // stride]
        centres.append(np.stack([(xs.ravel() + 0.5) * stride, (ys.ravel() + 0.5) * stride], 1))
        strides.append(np.full(xs.size, stride))
    centre, stride = np.concatenate(centres)[keep], np.concatenate(strides)[keep]
    logits = sides[keep].reshape(-1, 4, 11)
    weights = np.exp(logits - logits.max(2, keepdims=True))
    away = (weights * np.arange(11)).sum(2) / weights.sum(2) * stride[:, None]
    boxes = np.concatenate([centre - away[:, :2], centre + away[:, 2:]], 1)
    return boxes, confidence[keep], scores[keep].argmax(1)


READERS = {"ultralytics-detect": read_ultralytics, "nanodet": read_nanodet}


def suppressed(boxes, confidence, classes, overlap):
    kept = []
    for each in np.unique(classes):
        of = np.flatnonzero(classes == each)
        rectangles = [[x1, y1, x2 - x1, y2 - y1] for x1, y1, x2, y2 in boxes[of]]
        kept += [int(of[k]) for k in np.ravel(cv2.dnn.NMSBoxes(rectangles, confidence[of].tolist(), 0.0, overlap))]
    return kept


def main():
    video, card_path, threads = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    card = json.loads(card_path.read_text())
    thresholds = THRESHOLDS | card.get("thresholds", {})
    least = thresholds["confidence"]
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(str(card_path.parent / card["file"]), options, ["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()]
    read = READERS[card["output"]["layout"]]
    capture = cv2.VideoCapture(video)
    frames, started, found = 0, 0.0, []
    while True:
        there, picture = capture.read()
        if not there:
            break
        if frames == WARM:
            started = time.perf_counter()
        planes, (kx, ky, left, top) = fitted(picture, card)
        outputs = dict(zip(names, session.run(None, {card["input"]["name"]: planes})))
        boxes, confidence, classes = read(outputs, card, least)
        kept = suppressed(boxes, confidence, classes, thresholds["overlap"])
        back = (boxes[kept] - [left, top, left, top]) * [kx, ky, kx, ky]
        rows = zip(classes[kept], confidence[kept], back)
        found.append([[card["classes"][c], round(float(p), 4), *(round(float(v), 1) for v in box)] for c, p, box in rows])
        frames += 1
    seconds = time.perf_counter() - started
    print(json.dumps({"frames": frames - WARM, "seconds": seconds, "boxes": found}))


main()
