"""Reads one file out of the packed assets of a MediaPipe package."""

import json
import re
from pathlib import Path


def read_asset(folder: Path, solution: str, name: str) -> bytes:
    """`name` ends the path of the wanted file in the loader's index. Raises KeyError when there is none."""
    packed = folder / f'{solution}_solution_packed_assets'
    index = re.search(r'"files":\s*(\[.*?\])', packed.with_name(f'{packed.name}_loader.js').read_text())
    if index is None:
        raise KeyError(f'{solution}: the loader lists no files')
    for entry in json.loads(index.group(1)):
        if entry['filename'].endswith(name):
            return packed.with_name(f'{packed.name}.data').read_bytes()[entry['start'] : entry['end']]
    raise KeyError(f'{solution}: no file ends with {name}')
