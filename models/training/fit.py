"""Fits a detector to a folder of shards. Writes the best one so far as ONNX every few minutes."""

import argparse
import copy
import json
import math
import time
from pathlib import Path

import torch

from detector import Detector, Exported, places
from loss import detection_loss
from shards import Shards, augment, shrink


def main() -> None:
    options = parse()
    torch.manual_seed(options.seed)
    torch.set_num_threads(options.threads)
    generator = torch.Generator().manual_seed(options.seed)
    shards = Shards(options.shards, options.width, options.height, options.seed)
    pictures = shards.refresh()
    if pictures == 0:
        raise SystemExit(f"no shards in {options.shards}: render or convert pictures first")
    model = Detector(options.classes).to(memory_format=torch.channels_last)
    if options.start:
        take_over(model, options.start)
    average = copy.deepcopy(model).eval()
    optimiser = torch.optim.AdamW(groups(model), lr=options.rate)
    started, exported, step, log = time.time(), time.time(), 0, []
    while (done := progress(options, started, step)) < 1.0:
        for group in optimiser.param_groups:
            group["lr"] = options.rate * rate(done, step)
        batch, labels, valid = shards.batch(options.batch)
        batch, labels = augment(batch, labels, generator)
        if done < options.small_share and step % 4 != 0:
            batch, labels = shrink(batch, labels, 2 / 3)
        centres, _ = places(*batch.shape[2:])
        with torch.autocast("cpu", torch.bfloat16):
            boxes, logits = model(batch.contiguous(memory_format=torch.channels_last))
        loss, score_loss, box_loss = detection_loss(boxes, logits, centres, labels, valid)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 10.0)
        optimiser.step()
        step += 1
        follow(average, model, min(0.998, (1 + step) / (12 + step)))
        if step % 50 == 0:
            line = {
                "step": step,
                "samples": step * options.batch,
                "seconds": round(time.time() - started, 1),
                "share": round(done, 4),
                "score": round(float(score_loss), 4),
                "box": round(float(box_loss), 4),
            }
            log.append(line)
            print(json.dumps(line), flush=True)
        if time.time() - exported > options.every * 60:
            export(average, options, log)
            exported = time.time()
    export(average, options, log)


def parse():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shards", required=True, help="folder of NNNN.rgb and NNNN.json")
    parser.add_argument("--out", required=True, help="the ONNX file; FILE.pt and FILE.log.json are written beside it")
    parser.add_argument("--classes", type=int, default=3)
    parser.add_argument("--width", type=int, default=384)
    parser.add_argument("--height", type=int, default=224)
    parser.add_argument("--minutes", type=float, default=60, help="wall time; the learning rate falls with it")
    parser.add_argument("--steps", type=int, default=0, help="instead of minutes: an exact number of batches")
    parser.add_argument("--small-share", type=float, default=0.5, help="in this share of the run three of four batches are shrunk")
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--rate", type=float, default=1.5e-3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1, help="more than one is faster only on an idle machine")
    parser.add_argument("--every", type=float, default=10, help="minutes between exports")
    parser.add_argument("--start", metavar="FILE", help="weights of an earlier run (.pt) to start from")
    return parser.parse_args()


def progress(options, started: float, step: int) -> float:
    return step / options.steps if options.steps else (time.time() - started) / (options.minutes * 60)


def rate(done: float, step: int) -> float:
    """Warm-up over 200 batches, then half a cosine down to 1 %."""
    return min(1.0, (step + 1) / 200) * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * done)))


def groups(model):
    """Weight decay only for the kernels."""
    kernels = [p for p in model.parameters() if p.ndim > 1]
    rest = [p for p in model.parameters() if p.ndim <= 1]
    return [{"params": kernels, "weight_decay": 0.02}, {"params": rest, "weight_decay": 0.0}]


@torch.no_grad()
def follow(average, model, keep: float) -> None:
    """Exponential moving average of weights and statistics."""
    for mine, theirs in zip(average.state_dict().values(), model.state_dict().values()):
        if mine.dtype.is_floating_point:
            mine.lerp_(theirs, 1 - keep)
        else:
            mine.copy_(theirs)


def take_over(model, path: str) -> None:
    """Loads the weights whose shape fits; heads for another number of classes start from random weights."""
    have = model.state_dict()
    found = torch.load(path, map_location="cpu", weights_only=True)
    model.load_state_dict({name: v.float() for name, v in found.items() if name in have and have[name].shape == v.shape}, strict=False)


def export(average, options, log) -> None:
    """Writes to another name and renames, so a reader never sees an incomplete file."""
    out = Path(options.out)
    part = out.with_suffix(".part")
    plain = copy.deepcopy(average).to(memory_format=torch.contiguous_format).eval()
    torch.save({name: v.half() if v.dtype.is_floating_point else v for name, v in plain.state_dict().items()}, out.with_suffix(".pt"))
    torch.onnx.export(
        Exported(plain).eval(),
        (torch.zeros(1, 3, options.height, options.width, dtype=torch.uint8),),
        str(part),
        input_names=["images"],
        output_names=["output0"],
        dynamic_axes={"images": {0: "n"}, "output0": {0: "n"}},
        opset_version=17,
        dynamo=False,
    )
    out.with_suffix(".log.json").write_text(json.dumps(log[-1] if log else {}) + "\n")
    part.replace(out)
    print(json.dumps({"exported": str(out.name)}), flush=True)


if __name__ == "__main__":
    main()
