"""Finished chunks of liquid drops on disk, so that an interrupted run goes on where it stopped.

A file is written whole or not at all, and is used only if its digest covers this very run's
parameters, seed, chunk and bytes: whatever is damaged, foreign or out of date is made again.
"""

import hashlib
import json
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np


@dataclass(frozen=True)
class ChunkCache:
    """The chunks of one run, in a folder named after all that determines their bits.

    Args:
        root: the folder of all runs; made when the first chunk is written.
        run: all that determines the bits, in a form that JSON can hold.
        shape: of every chunk, float32.
    """

    root: Path
    run: dict[str, Any]
    shape: tuple[int, ...]

    def read(self, index: int) -> np.ndarray | None:
        """One chunk, or None where there is no sound file of it."""
        path = self._path(index)
        if not path.exists():
            return None
        content = path.read_bytes()
        if content[:32] != self._digest(index, content[32:]):
            return None
        return np.frombuffer(content[32:], np.float32).reshape(self.shape)

    def write(self, index: int, chunk: np.ndarray) -> None:
        """Keep one chunk."""
        path = self._path(index)
        path.parent.mkdir(parents=True, exist_ok=True)
        content = np.ascontiguousarray(chunk, np.float32).tobytes()
        file, temporary = tempfile.mkstemp(dir=path.parent, suffix=".part")
        try:
            with os.fdopen(file, "wb") as stream:
                stream.write(self._digest(index, content) + content)
            Path(temporary).replace(path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise

    def _name(self) -> bytes:
        # NumPy's numbers stand for Python's
        run = [self.run, self.shape]
        return json.dumps(run, sort_keys=True, default=lambda number: number.item()).encode()

    def _path(self, index: int) -> Path:
        folder = hashlib.sha256(self._name()).hexdigest()[:24]
        return Path(self.root) / folder / f"chunk-{index:06d}.bin"

    def _digest(self, index: int, content: bytes) -> bytes:
        return hashlib.sha256(self._name() + b"/%d/" % index + content).digest()
