"""Shards of raw pictures with labels, as render-shards.ts and train.ts write them; finds new ones while training."""

import json
from pathlib import Path

import numpy
import torch

GREY = 114
MOST_LABELS = 24


class Shards:
    def __init__(self, folder: str, width: int, height: int, seed: int):
        self.folder = Path(folder)
        self.width, self.height = width, height
        self.random = numpy.random.default_rng(seed)
        self.pictures, self.labels = [], []
        self.order: list[tuple[int, int]] = []
        self.known: set[str] = set()

    def refresh(self) -> int:
        """Opens new shards; returns the number of pictures."""
        for file in sorted(self.folder.glob("*.rgb")):
            if file.name in self.known:
                continue
            labels = json.loads(file.with_suffix(".json").read_text())
            high = file.stat().st_size // (len(labels) * self.width * 3)
            self.pictures.append(numpy.memmap(file, numpy.uint8, "r").reshape(len(labels), high, self.width, 3))
            self.labels.append(labels)
            self.known.add(file.name)
        return sum(len(labels) for labels in self.labels)

    def batch(self, size: int):
        """uint8 pictures [size, 3, h, w], labels [size, m, 5], valid [size, m]; a pass uses every picture once."""
        pictures = torch.full((size, self.height, self.width, 3), GREY, dtype=torch.uint8)
        labels = torch.zeros(size, MOST_LABELS, 5)
        valid = torch.zeros(size, MOST_LABELS, dtype=torch.bool)
        for i in range(size):
            if not self.order:
                self.refresh()
                self.order = [(s, p) for s, one in enumerate(self.labels) for p in range(len(one))]
                self.random.shuffle(self.order)
            shard, picture = self.order.pop()
            source = self.pictures[shard][picture]
            top = (self.height - source.shape[0]) // 2
            pictures[i, top : top + source.shape[0]] = torch.from_numpy(numpy.array(source))
            rows = torch.tensor(self.labels[shard][picture][:MOST_LABELS], dtype=torch.float32).reshape(-1, 5)
            labels[i, : len(rows)] = rows + torch.tensor([0.0, 0.0, top, 0.0, top])
            valid[i, : len(rows)] = True
        return pictures.permute(0, 3, 1, 2), labels, valid


def augment(pictures, labels, generator):
    """Flips, brightness, contrast, colour, noise. uint8 in, float 0..1 out; labels follow the flips."""
    count, _, height, width = pictures.shape
    draw = lambda low, high, *shape: low + (high - low) * torch.rand(shape, generator=generator)
    x = pictures.float().div_(255)
    labels = labels.clone()
    across, down = draw(0, 1, count) < 0.5, draw(0, 1, count) < 0.5
    x[across] = x[across].flip(3)
    x[down] = x[down].flip(2)
    labels[across] = labels[across][..., [0, 3, 2, 1, 4]] * torch.tensor([1.0, -1, 1, -1, 1]) + torch.tensor([0.0, width, 0, width, 0])
    labels[down] = labels[down][..., [0, 1, 4, 3, 2]] * torch.tensor([1.0, 1, -1, 1, -1]) + torch.tensor([0.0, 0, height, 0, height])
    gain = draw(0.65, 1.3, count, 1, 1, 1) * draw(0.92, 1.08, count, 3, 1, 1)
    x = x * gain + draw(-0.06, 0.06, count, 1, 1, 1)
    if float(draw(0, 1, 1)) < 0.5:
        x = x + torch.randn(x.shape, generator=generator) * float(draw(0.0, 0.03, 1))
    return x.clamp_(0, 1), labels


def shrink(pictures, labels, share: float):
    """Shrinks the pictures onto a canvas whose sides are divisible by 32, which is cheaper, for the first part of a run."""
    height, width = (int(side * share + 0.5) for side in pictures.shape[2:])
    small = torch.nn.functional.interpolate(pictures, (height, width), mode="bilinear", antialias=True)
    canvas = torch.full((len(small), 3, -(-height // 32) * 32, -(-width // 32) * 32), GREY / 255)
    canvas[:, :, :height, :width] = small
    factors = torch.tensor([1.0, width / pictures.shape[3], height / pictures.shape[2]])
    return canvas, labels * factors[[0, 1, 2, 1, 2]]
