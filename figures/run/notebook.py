"""Run a notebook with other parameters, checked before anything runs.

Papermill executes; what it leaves open is decided here: a parameter that the notebook doesn't have
or a value that doesn't fit its type is an error, a failed notebook is one too, the working folder
is the notebook's own, and the executed copy is a whole file. One call is one run in one process of
its own (the notebook's kernel), so runs can be spread over the cores in any order.
"""

import ast
import difflib
import json
import os
import tempfile
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import papermill
from nbclient.exceptions import DeadKernelError
from papermill.exceptions import PapermillExecutionError
from traitlets.config import Config

from ..save.files import ROOT, output_folder

NOTEBOOKS = ROOT / "notebooks"
BUILD = ROOT / "build"

_SCALARS = {"bool": bool, "float": float, "int": int, "str": str}


class Parameter(NamedTuple):
    """One line of a notebook's ``parameters`` cell: ``name: type = default  # meaning``."""

    name: str
    type: str
    default: str
    meaning: str


class NotebookError(Exception):
    """A notebook, a parameter or a value that can't be used, or a notebook that failed."""


def find_notebook(name: str, *, folder: Path = NOTEBOOKS) -> Path:
    """The notebook of that name in the project, or at that path if it ends in ``.ipynb``.

    Raises:
        NotebookError: There is none; the message lists those that exist.
    """
    path = Path(name).resolve() if name.endswith(".ipynb") else folder / f"{name}.ipynb"
    if not path.is_file():
        known = sorted(notebook.stem for notebook in folder.glob("*.ipynb"))
        raise NotebookError(_unknown("notebook", name, known))
    return path


def notebook_parameters(notebook: Path) -> dict[str, Parameter]:
    """What the notebook's cell tagged ``parameters`` declares, by name."""
    return {
        name: Parameter(name, found["inferred_type_name"], found["default"], found["help"])
        for name, found in papermill.inspect_notebook(notebook).items()
    }


def check_parameters(notebook: Path, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values as the notebook's parameters want them; text is read according to their types.

    ``true`` and ``false`` are booleans, ``1_000_000`` is an integer, ``1`` is also a float, and a
    list is written as in JSON.

    Raises:
        NotebookError: The notebook has no parameter of that name, or the value does not fit.
    """
    known = notebook_parameters(notebook)
    for name in values:
        if name not in known:
            raise NotebookError(_unknown("parameter", name, list(known)))
    return {name: _fit(known[name], value) for name, value in values.items()}


def run_notebook(
    notebook: Path,
    *,
    parameters: Mapping[str, Any],
    copy: Path | None = None,
    progress_bar: bool = False,
) -> Path:
    """Execute a notebook and keep the executed copy.

    Args:
        notebook: The notebook; its own folder is the working folder.
        parameters: Values that replace the notebook's defaults, as ``check_parameters`` takes them.
        copy: Where the executed copy goes, also that of a notebook that failed; by default into
            the project's ``build`` folder, under the notebook's name.
        progress_bar: Show the cells that are done.

    Returns:
        The executed copy.

    Raises:
        NotebookError: A parameter does not fit, or a cell failed; the message has its traceback.
    """
    values = check_parameters(notebook, parameters)
    copy = BUILD / notebook.name if copy is None else copy
    output_folder(copy.parent)
    part = copy.with_name(f".{os.getpid()}.part.{copy.name}")
    try:
        # Of two kernels that choose the same network port at the same time one dies: sockets that
        # are files in a folder of its own are nobody else's.
        with tempfile.TemporaryDirectory() as sockets:
            manager = {"transport": "ipc", "ip": f"{sockets}/kernel"}
            papermill.execute_notebook(
                notebook, part, values, cwd=notebook.parent, progress_bar=progress_bar,
                config=Config({"KernelManager": manager}),
                coalesce_streams=True,  # else what a cell prints is in as many pieces as it took
            )  # fmt: skip
        part.replace(copy)
    except PapermillExecutionError as error:
        part.replace(copy)
        raise NotebookError(f"{notebook.name} failed; executed copy: {copy}\n{error}") from error
    except DeadKernelError as error:
        part.replace(copy)
        raise NotebookError(
            f"{notebook.name}: its process was killed, perhaps for want of memory; "
            f"executed copy: {copy}"
        ) from error
    finally:
        part.unlink(missing_ok=True)
    return copy


def _fit(parameter: Parameter, value: Any) -> Any:
    kind, _, element = parameter.type.removesuffix("]").partition("[")
    read = _read(value) if isinstance(value, str) and kind != "str" else value
    if kind == "list" and isinstance(read, list):
        if not element or all(_is(element, entry) for entry in read):
            return [float(entry) for entry in read] if element == "float" else read
    elif _is(kind, read):
        return float(read) if kind == "float" else read
    raise NotebookError(
        f"parameter '{parameter.name}': expected {parameter.type} as in {parameter.default}, "
        f"got {value!r}"
    )


def _is(name: str, value: Any) -> bool:
    """Whether the value is of the type so named; an integer is a float, a boolean is neither."""
    expected = (int, float) if name == "float" else _SCALARS.get(name, ())
    return isinstance(value, expected) and (name == "bool" or not isinstance(value, bool))


def _read(text: str) -> Any:
    """A value written as in JSON or Python, or the text itself."""
    for read in (json.loads, ast.literal_eval):
        try:
            return read(text)
        except (ValueError, SyntaxError):
            continue
    return text


def _unknown(kind: str, name: str, known: Collection[str]) -> str:
    nearest = difflib.get_close_matches(name, known, n=1)
    suggestion = f" (did you mean '{nearest[0]}'?)" if nearest else ""
    return f"unknown {kind} '{name}'{suggestion}; known: {', '.join(known) or 'none'}"
