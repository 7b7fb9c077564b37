"""A small anchor-free detector whose ONNX output has the layout of an Ultralytics detect export."""

import torch
from torch import nn

STRIDES = (8, 16)


class ConvAct(nn.Sequential):
    """Convolution, batch norm, ReLU. ONNX Runtime fuses them into one kernel."""

    def __init__(self, inputs: int, outputs: int, size: int = 3, stride: int = 1, pad: int | None = None):
        super().__init__(
            nn.Conv2d(inputs, outputs, size, stride, size // 2 if pad is None else pad, bias=False),
            nn.BatchNorm2d(outputs, eps=1e-3, momentum=0.03),
            nn.ReLU(inplace=True),
        )


class Residual(nn.Module):
    def __init__(self, channels: int):
        super().__init__()
        self.first = ConvAct(channels, channels // 2, 1)
        self.second = ConvAct(channels // 2, channels, 3)

    def forward(self, x):
        return x + self.second(self.first(x))


class Stage(nn.Module):
    """Two narrow paths, one with residuals, concatenated (Cross Stage Partial, Wang et al. 2020)."""

    def __init__(self, inputs: int, outputs: int, depth: int):
        super().__init__()
        half = outputs // 2
        self.left = ConvAct(inputs, half, 1)
        self.right = ConvAct(inputs, half, 1)
        self.body = nn.Sequential(*(Residual(half) for _ in range(depth)))
        self.join = ConvAct(outputs, outputs, 1)

    def forward(self, x):
        return self.join(torch.cat((self.body(self.left(x)), self.right(x)), 1))


class Head(nn.Module):
    """Per place: distances to the four sides in strides, and a logit per class."""

    def __init__(self, inputs: int, classes: int):
        super().__init__()
        self.box = nn.Sequential(ConvAct(inputs, 48), nn.Conv2d(48, 4, 1))
        self.score = nn.Sequential(ConvAct(inputs, 48), nn.Conv2d(48, classes, 1))
        nn.init.constant_(self.box[1].bias, 1.5)
        nn.init.constant_(self.score[1].bias, -4.6)

    def forward(self, x):
        return torch.cat((self.box(x), self.score(x)), 1).flatten(2)


class Detector(nn.Module):
    """Pictures [n, 3, h, w] in 0..1, sides divisible by 32 -> (boxes xyxy px [n, a, 4], logits [n, a, classes])."""

    def __init__(self, classes: int):
        super().__init__()
        self.stem = ConvAct(3, 32, 6, 4, 1)
        self.down8 = nn.Sequential(ConvAct(32, 64, 3, 2), Stage(64, 64, 2))
        self.down16 = nn.Sequential(ConvAct(64, 96, 3, 2), Stage(96, 96, 2))
        self.down32 = nn.Sequential(ConvAct(96, 128, 3, 2), Stage(128, 128, 2))
        self.up16 = Stage(96 + 128, 96, 1)
        self.up8 = Stage(64 + 96, 64, 1)
        self.again16 = ConvAct(64, 64, 3, 2)
        self.mix16 = Stage(96 + 64, 96, 1)
        self.head8 = Head(64, classes)
        self.head16 = Head(96, classes)

    def forward(self, pictures):
        at8 = self.down8(self.stem(pictures))
        at16 = self.down16(at8)
        at32 = self.down32(at16)
        at16 = self.up16(torch.cat((at16, nn.functional.interpolate(at32, scale_factor=2.0)), 1))
        at8 = self.up8(torch.cat((at8, nn.functional.interpolate(at16, scale_factor=2.0)), 1))
        at16 = self.mix16(torch.cat((at16, self.again16(at8)), 1))
        raw = torch.cat((self.head8(at8), self.head16(at16)), 2).transpose(1, 2).float()
        centres, strides = places(pictures.shape[2], pictures.shape[3], raw.device)
        sides = nn.functional.softplus(raw[..., :4]) * strides
        boxes = torch.cat((centres - sides[..., :2], centres + sides[..., 2:]), -1)
        return boxes, raw[..., 4:]


def places(height: int, width: int, device=None):
    """Centres [a, 2] px and strides [a, 1] px of all places, in the order of the heads."""
    centres, strides = [], []
    for stride in STRIDES:
        ys, xs = torch.meshgrid(
            torch.arange(height // stride, device=device), torch.arange(width // stride, device=device), indexing="ij"
        )
        at = (torch.stack((xs, ys), -1).reshape(-1, 2) + 0.5) * stride
        centres.append(at)
        strides.append(torch.full((len(at), 1), float(stride), device=device))
    return torch.cat(centres).float(), torch.cat(strides)


class Exported(nn.Module):
    """uint8 [n, 3, h, w] in; [n, 4 + classes, a] out: cx, cy, w, h in input px, then scores in 0..1."""

    def __init__(self, detector: Detector):
        super().__init__()
        self.detector = detector

    def forward(self, images):
        boxes, logits = self.detector(images.float() * (1.0 / 255.0))
        low, high = boxes[..., :2], boxes[..., 2:]
        return torch.cat(((low + high) * 0.5, high - low, logits.sigmoid()), -1).transpose(1, 2)
