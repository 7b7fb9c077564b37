"""Writes the boxes that the original networks find in real footage: what the product's boxes are compared with.

`npm run eval -- real` fetches the footage and reads the file that this script writes.
"""

import argparse
import json
from pathlib import Path

import cv2
import numpy as np

from recipes import RECIPES
from reference import READERS, boxes_of

CARDS = Path(__file__).parent / '../cards'
# A picture of a video every so many frames.
EVERY = 20


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--cache', type=Path, required=True, help='folder for the packages')
    parser.add_argument('--footage', type=Path, required=True, help='folder with the footage')
    parser.add_argument('--out', type=Path, required=True, help='JSON file to write')
    options = parser.parse_args()
    found = {name: boxes_in(name, options) for name in READERS}
    options.out.write_text(json.dumps({'every': EVERY, 'models': found}) + '\n')


def boxes_in(name: str, options: argparse.Namespace) -> dict[str, list[list[float]]]:
    """Boxes of every picture: left, top, right, bottom as shares of the picture, confidence and class."""
    recipe, card = RECIPES[name](), json.loads((CARDS / f'{name}.json').read_text())
    original = recipe.open(recipe.package.fetch(options.cache))
    side, least = recipe.input.width, card['thresholds']['confidence']
    found = {}
    for key, picture in pictures_of(options.footage):
        image, scale, left, top = fitted(picture, side, card['input'])
        ordered = image if recipe.colours == 'bgr' else image[..., ::-1]
        given = recipe.input.feed(np.ascontiguousarray(ordered.transpose(2, 0, 1)[None]))
        tensors = dict(zip(recipe.returns, original.run(given), strict=True))
        boxes = np.array(boxes_of(name, {output.name: output.of(tensors) for output in recipe.outputs}, side, least))
        if len(boxes) > 0:
            corners = (boxes[:, :4] * side - [left, top, left, top]) / np.tile(scale, 2)
            boxes[:, :4] = np.clip(corners / np.tile(picture.shape[1::-1], 2), 0, 1)
        found[key] = [[round(float(number), 5) for number in box] for box in boxes]
    return found


def pictures_of(folder: Path):
    for path in sorted(folder.iterdir()):
        if path.suffix == '.png':
            yield path.name, cv2.imread(str(path))
            continue
        video, frame = cv2.VideoCapture(str(path)), 0
        while (read := video.read())[0]:
            if frame % EVERY == 0:
                yield f'{path.name} {frame}', read[1]
            frame += 1


def fitted(picture: np.ndarray, side: int, card: dict) -> tuple[np.ndarray, np.ndarray, int, int]:
    """The picture in the network's input, the scales of x and y, and the widths of the left and top bars."""
    height, width = picture.shape[:2]
    if card.get('fit') == 'stretch':
        return cv2.resize(picture, (side, side), interpolation=cv2.INTER_AREA), np.array([side / width, side / height]), 0, 0
    scale = min(side / width, side / height)
    size = (round(width * scale), round(height * scale))
    left, top = (side - size[0]) // 2, (side - size[1]) // 2
    whole = np.full((side, side, 3), card.get('padding', 114), np.uint8)
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    whole[top : top + size[1], left : left + size[0]] = cv2.resize(picture, size, interpolation=way)
    return whole, np.array([scale, scale]), left, top


if __name__ == '__main__':
    main()
