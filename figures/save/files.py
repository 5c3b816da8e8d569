"""Tables, arrays and pictures on disk: the same bytes each time, and whole files only.

Use these instead of the libraries' own writers, so that a second run of the same notebook leaves
nothing for git to see, and an interrupted one leaves the old file rather than half of the new one.
"""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

ROOT = Path(__file__).resolve().parents[2]


def output_folder(output: str | Path) -> Path:
    """The folder that a notebook's parameter ``output`` names, created where it is missing.

    Args:
        output: An absolute path, or one relative to the project's root, wherever the notebook runs.

    Raises:
        NotADirectoryError: A file stands where the folder should be.

    Example:
        >>> from figures import output_folder
        >>> output_folder("build").name
        'build'
    """
    folder = ROOT / output
    if folder.exists() and not folder.is_dir():
        raise NotADirectoryError(f"output: expected a folder, but {folder} is a file")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def save_table(table: pd.DataFrame, path: Path) -> None:
    """Write a table as CSV, without its index.

    Each number gets the fewest digits with which ``pandas.read_csv`` gives it back exactly.

    Example:
        >>> import pandas as pd
        >>> from pathlib import Path
        >>> from tempfile import TemporaryDirectory
        >>> from figures import save_table
        >>> with TemporaryDirectory() as folder:
        ...     save_table(pd.DataFrame({"rmi": [0.1, 1 / 3]}), Path(folder, "a.csv"))
        ...     Path(folder, "a.csv").read_text().split()
        ['rmi', '0.1', '0.3333333333333333']
    """
    write_whole(path, table.to_csv(index=False, lineterminator="\n").encode())


def save_arrays(path: Path, /, **arrays: np.ndarray) -> None:
    """Write named arrays of numbers as an uncompressed ``.npz``.

    Raises:
        ValueError: An array holds objects instead of numbers or strings.

    Example:
        >>> import numpy as np
        >>> from pathlib import Path
        >>> from tempfile import TemporaryDirectory
        >>> from figures import save_arrays
        >>> with TemporaryDirectory() as folder:
        ...     save_arrays(Path(folder, "a.npz"), x=np.arange(3))
        ...     np.load(Path(folder, "a.npz"))["x"].tolist()
        [0, 1, 2]
    """
    content = io.BytesIO()
    # NumPy dates every member 1980, so the bytes don't depend on the clock.
    np.savez(content, allow_pickle=False, **arrays)
    write_whole(path, content.getvalue())


def save_figure(figure: Figure, folder: Path, name: str) -> None:
    """Write a figure as ``name.pdf`` and, at 300 dots per inch, as ``name.png``.

    Example:
        >>> from pathlib import Path
        >>> from tempfile import TemporaryDirectory
        >>> from matplotlib.figure import Figure
        >>> from figures import save_figure
        >>> with TemporaryDirectory() as folder:
        ...     save_figure(Figure(), Path(folder), "empty")
        ...     sorted(file.name for file in Path(folder).iterdir())
        ['empty.pdf', 'empty.png']
    """
    pdf, png = io.BytesIO(), io.BytesIO()
    figure.savefig(pdf, format="pdf", metadata={"CreationDate": None})
    figure.savefig(png, format="png", dpi=300)
    write_whole(folder / f"{name}.pdf", pdf.getvalue())
    write_whole(folder / f"{name}.png", png.getvalue())


def write_whole(path: Path, content: bytes) -> None:
    """Write a file whole or not at all: at no time does ``path`` hold a part of ``content``."""
    # In the same folder, for a file can't be renamed from one disk to another; with the process's
    # number, so that two runs never write to the same part.
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        part.write_bytes(content)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
