"""The loss of a detector: task-aligned assignment (Feng et al. 2021), CIoU (Zheng et al. 2020), cross entropy."""

import math

import torch
from torch.nn import functional

TOP_PLACES = 10


def detection_loss(boxes, logits, centres, labels, valid):
    """boxes [n, a, 4], logits [n, a, c], labels [n, m, 5] (class, xyxy px), valid [n, m]. Returns the loss and its two parts."""
    with torch.no_grad():
        wanted_boxes, wanted_scores, chosen = assign(boxes.detach(), logits.detach().sigmoid(), centres, labels, valid)
    total = wanted_scores.sum().clamp(min=1.0)
    score_loss = functional.binary_cross_entropy_with_logits(logits, wanted_scores, reduction="sum") / total
    weight = wanted_scores.sum(-1)[chosen]
    box_loss = ((1.0 - complete_iou(boxes[chosen], wanted_boxes[chosen])) * weight).sum() / total
    return score_loss + 5.0 * box_loss, score_loss.detach(), box_loss.detach()


def assign(boxes, scores, centres, labels, valid):
    """Each label gets the ten places inside it with the best fit; a place chosen twice goes to the label with the better overlap."""
    count, places, classes = scores.shape
    wanted = labels[..., 0].long().clamp(min=0)
    target = labels[..., 1:]
    inside = (centres[None, None, :, :] > target[:, :, None, :2]).all(-1) & (centres[None, None, :, :] < target[:, :, None, 2:]).all(-1)
    inside &= valid[..., None]
    overlap = pair_iou(target, boxes)
    score = scores.transpose(1, 2).gather(1, wanted[..., None].expand(-1, -1, places))
    fit = score.clamp(min=1e-6).sqrt() * overlap.pow(6) * inside
    best = fit.topk(TOP_PLACES, dim=-1)
    taken = torch.zeros_like(fit).scatter_(-1, best.indices, 1.0).bool() & inside & (fit > 1e-9)
    claimed = torch.where(taken, overlap, torch.full_like(overlap, -1.0))
    owner = claimed.argmax(1)
    chosen = claimed.max(1).values >= 0
    taken &= functional.one_hot(owner, labels.shape[1]).transpose(1, 2).bool()
    fit = fit * taken
    strongest = fit.amax(-1, keepdim=True).clamp(min=1e-9)
    reach = (overlap * taken).amax(-1, keepdim=True)
    strength = (fit / strongest * reach).amax(1)
    wanted_boxes = target.gather(1, owner[..., None].expand(-1, -1, 4))
    wanted_scores = functional.one_hot(wanted.gather(1, owner), classes).float() * strength[..., None]
    return wanted_boxes, wanted_scores * chosen[..., None], chosen


def pair_iou(a, b):
    """Boxes [n, m, 4] and [n, a, 4] -> [n, m, a]."""
    low = torch.maximum(a[:, :, None, :2], b[:, None, :, :2])
    high = torch.minimum(a[:, :, None, 2:], b[:, None, :, 2:])
    shared = (high - low).clamp(min=0).prod(-1)
    both = area(a)[:, :, None] + area(b)[:, None, :] - shared
    return shared / both.clamp(min=1e-6)


def area(boxes):
    return (boxes[..., 2:] - boxes[..., :2]).clamp(min=0).prod(-1)


def complete_iou(a, b):
    shared = (torch.minimum(a[:, 2:], b[:, 2:]) - torch.maximum(a[:, :2], b[:, :2])).clamp(min=0).prod(-1)
    iou = shared / (area(a) + area(b) - shared).clamp(min=1e-6)
    hull = torch.maximum(a[:, 2:], b[:, 2:]) - torch.minimum(a[:, :2], b[:, :2])
    apart = ((a[:, :2] + a[:, 2:] - b[:, :2] - b[:, 2:]) ** 2).sum(-1) / 4
    wide_a, wide_b = a[:, 2:] - a[:, :2], b[:, 2:] - b[:, :2]
    turn = torch.atan(wide_b[:, 0] / wide_b[:, 1].clamp(min=1e-6)) - torch.atan(wide_a[:, 0] / wide_a[:, 1].clamp(min=1e-6))
    shape = (4 / math.pi**2) * turn**2
    with torch.no_grad():
        weight = shape / (1 - iou + shape + 1e-6)
    return iou - apart / (hull**2).sum(-1).clamp(min=1e-6) - weight * shape
