"""All that numbers depend on, in one hash: where anything of it changes, they are out of date."""

import hashlib
import json
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path


def fingerprint(texts: Iterable[str], folders: Iterable[Path], libraries: Iterable[str]) -> str:
    """A hash of source, of the Python files in folders and below, and of libraries' versions."""
    versions = [version(library) for library in libraries]
    digest = hashlib.sha256(json.dumps([list(texts), versions]).encode())
    for folder in folders:
        for path in sorted(folder.rglob("*.py")):
            # with its place, since a file that has moved is another module
            place = path.relative_to(folder.parent).as_posix()
            digest.update(f"{place} {path.stat().st_size}\n".encode() + path.read_bytes())
    return digest.hexdigest()
