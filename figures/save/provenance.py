"""Where numbers come from: a JSON file beside a figure that says what made it.

All that may differ between two runs of the same bits (time, memory, machine, commit) is kept here,
and only here, so that the data and the pictures can be compared byte by byte.
"""

import hashlib
import json
import os
import platform
import subprocess
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import same_bits

import joblib

from . import memory
from .files import ROOT, write_whole

LIBRARIES = ("numpy", "scipy", "tensorflow", "matplotlib")
APART = ("seed", "output")  # the record has the one by itself, and the other is where it lies
RENDERED = (".csv", ".json", ".npz", ".pdf", ".png")


def recorded_parameters(notebook: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters of a notebook as `save_provenance` takes them, in their order.

    Call it right after the cell of parameters: they are all that has been annotated until then,
    also where papermill has given them other values.

    Args:
        notebook: Its ``globals()``.

    Example:
        >>> from figures import recorded_parameters
        >>> n_samples: int = 1000
        >>> seed: int = 0
        >>> recorded_parameters(globals())
        {'n_samples': 1000}
    """
    declared = notebook["__annotations__"]
    return {name: notebook[name] for name in declared if name not in APART}


def save_provenance(
    path: Path,
    *,
    parameters: Mapping[str, Any],
    seed: int,
    data_files: Iterable[Path],
    started: datetime,
) -> None:
    """Write the record of a run: parameters, versions, commit, machine, time, memory, and data.

    Its ``bits`` say what another processor gives: the same, or numbers within the spread.

    Args:
        path: The JSON file to write, as ``figure_2.json``.
        parameters: The notebook's parameters by name, as JSON can hold them.
        seed: The seed that the run started from.
        data_files: The files of numbers that the run wrote; each is recorded with its SHA-256.
        started: When the run began, ``datetime.now(UTC)``.

    Raises:
        ValueError: ``started`` has no time zone.
        FileNotFoundError: One of the data files does not exist.
        TypeError: A parameter is of a type that JSON does not know.

    Example:
        >>> from datetime import UTC, datetime
        >>> import json
        >>> from pathlib import Path
        >>> from tempfile import TemporaryDirectory
        >>> from figures import save_provenance
        >>> with TemporaryDirectory() as folder:
        ...     file = Path(folder, "a.json")
        ...     now = datetime.now(UTC)
        ...     save_provenance(file, parameters={"n": 5}, seed=0, data_files=[], started=now)
        ...     json.loads(file.read_text())["parameters"]
        {'n': 5}
    """
    if started.tzinfo is None:
        raise ValueError(
            f"started: expected a time with its zone, datetime.now(UTC), got {started}"
        )
    commit, dirty = _commit()
    record = {
        "parameters": dict(parameters),
        "seed": seed,
        "versions": {"python": platform.python_version()}
        | {library: version(library) for library in LIBRARIES},
        "commit": commit,
        "dirty": dirty,
        "bits": same_bits.class_of_bits(),
        "processor": _processor(),
        "cores": joblib.cpu_count(),
        "date": started.astimezone(UTC).isoformat(timespec="seconds"),
        "wall_time": round((datetime.now(UTC) - started).total_seconds(), 2),
        "peak_memory_mb": memory.peak_memory(),
        **({"peak_memory_of_a_worker_mb": max(memory.of_workers)} if memory.of_workers else {}),
        "sha256": {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in data_files},
    }
    write_whole(path, (json.dumps(record, indent=2, ensure_ascii=False) + "\n").encode())


def _commit() -> tuple[str | None, bool | None]:
    """The commit that is checked out and whether a source file differs from it; None outside git.

    The rendered figures and their numbers don't count: a run itself changes them.
    """
    try:
        # A project that was unpacked inside another one's repository has no commit of its own.
        if Path(_git("rev-parse", "--show-toplevel").strip()).resolve() != ROOT:
            return None, None
        commit = _git("rev-parse", "HEAD").strip()
        changed = _git("diff", "HEAD", "--name-only", "-z").split("\0")
    except (OSError, subprocess.CalledProcessError):
        return None, None
    return commit, any(name and not _is_rendered(name) for name in changed)


def _git(*arguments: str) -> str:
    command = ["git", "-C", os.fspath(ROOT), *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def _is_rendered(name: str) -> bool:
    return name.startswith("figures/") and name.endswith(RENDERED)


def _processor() -> str:
    """The processor's name; Python itself knows it on some systems only."""
    information = Path("/proc/cpuinfo")
    if information.exists():
        for line in information.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
