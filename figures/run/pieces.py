"""Work in pieces: in processes on one thread each, which take one after another and save it.

Use it for runs that differ by their parameters alone (a seed, a noise level). The bits of a piece
then depend neither on the number of cores nor on the other pieces, and what is done when a run is
interrupted is read back at the next start.
"""

import dis
import hashlib
import importlib
import inspect
import json
import multiprocessing
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import joblib
import numpy as np

from ..save import memory
from ..save.files import output_folder, save_arrays
from ..save.provenance import LIBRARIES
from .fingerprint import fingerprint
from .pool import as_finished, leave_interruptions_to_the_parent

Arrays = dict[str, np.ndarray]

# What a child starts with: one thread, no messages, and memory that is kept from step to step,
# since giving it back and asking for it again costs a training step a tenth of its time and more.
# (Both limits, in bytes: glibc adapts neither any more once one is set, and the other's default
# would make it far slower.)
ENVIRONMENT = {
    "MALLOC_MMAP_THRESHOLD_": "33554432",
    "MALLOC_TRIM_THRESHOLD_": "1000000000",
    "OMP_NUM_THREADS": "1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "TF_NUM_INTEROP_THREADS": "1",
    "TF_NUM_INTRAOP_THREADS": "1",
}
SECONDS_BETWEEN_REPORTS = 0.5
OTHER_LIBRARIES = ("keras", "scikit-learn")  # whose version a piece may depend on, too
LOADS = ("LOAD_GLOBAL", "LOAD_NAME")

_steps_done: Any = None  # in a child: steps of each piece, memory shared with the parent


def run_pieces(
    function: Callable[..., Mapping[str, Any]],
    parameters: Sequence[Mapping[str, Any]],
    *,
    folder: str | Path,
    code: Iterable[ModuleType] = (),
    report: Callable[[int, int], None] | None = None,
    workers: int | None = None,
) -> list[Arrays]:
    """Call ``function(**parameters[i], each_step=...)`` for each i, and keep what it returns.

    Args:
        function: It returns named arrays or numbers, and may call ``each_step(steps)`` to tell how
            far it is. It may be defined in a notebook; all that its result depends on are its
            parameters, its source, and ``code``.
        parameters: Of each piece, as JSON can hold them.
        folder: Where the pieces are saved, relative to the project's root.
        code: Packages whose source the result depends on: an edit there makes a piece out of date.
        report: Called now and then with the pieces that are done and the steps that this call did.
        workers: How many processes at a time; one for each core by default.

    Returns:
        The named arrays of each piece, in the order of ``parameters``.

    Raises:
        Exception: What a piece raised; those that were under way are finished and saved first, as
            they are after a KeyboardInterrupt, and no other is begun.

    Example:
        >>> from figures import remove_pieces, run_pieces
        >>> def double(number, each_step):
        ...     return {"twice": 2 * number}
        >>> done = run_pieces(double, [{"number": 1}, {"number": 2}], folder="build/example")
        >>> [int(piece["twice"]) for piece in done]
        [2, 4]
        >>> remove_pieces("build/example")
    """
    place, code = output_folder(folder), list(code)
    source = _fingerprint(function, code)
    paths = [place / f"{_name(piece, source)}.npz" for piece in parameters]
    missing = [i for i, path in enumerate(paths) if not path.exists()]
    spawn = multiprocessing.get_context("spawn")
    steps = spawn.Array("q", len(paths))
    portable = joblib.wrap_non_picklable_objects(function)
    at_once, done = workers or joblib.cpu_count(), len(paths) - len(missing)
    with (
        _inherited_environment(),
        ProcessPoolExecutor(
            max_workers=at_once,
            mp_context=spawn,
            initializer=_begin,
            initargs=(steps, [package.__name__ for package in code]),
        ) as pool,
    ):

        def submit(i: int) -> Future:
            return pool.submit(_run_piece, i, portable, dict(parameters[i]), paths[i])

        for finished in as_finished(
            submit, missing, at_once=at_once, seconds=SECONDS_BETWEEN_REPORTS
        ):
            for _, future in finished:
                memory.of_workers.append(future.result())
            done += len(finished)
            if report is not None:
                report(done, sum(steps[:]))
    if report is not None:
        report(len(paths), sum(steps[:]))  # also where all were saved already
    return [_read(path) for path in paths]


def remove_pieces(folder: str | Path) -> None:
    """Forget the pieces in a folder, once what was made of them is saved.

    Example:
        >>> from figures import output_folder, remove_pieces
        >>> remove_pieces(output_folder("build/example"))
        >>> (output_folder("build") / "example").exists()
        False
    """
    shutil.rmtree(output_folder(folder))


@contextmanager
def _inherited_environment() -> Iterator[None]:
    """Children start with ENVIRONMENT: some of it is read before any Python runs in them."""
    before = {name: os.environ.get(name) for name in ENVIRONMENT}
    os.environ.update(ENVIRONMENT)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _begin(steps: Any, packages: list[str]) -> None:
    global _steps_done
    leave_interruptions_to_the_parent()
    _steps_done = steps
    # before the function is unpickled: they may keep quiet what it imports, as rmi_tf does
    for package in packages:
        importlib.import_module(package)


def _run_piece(number: int, function: Callable, parameters: dict[str, Any], path: Path) -> int:
    def each_step(steps: int) -> None:
        _steps_done[number] = steps

    result = function(**parameters, each_step=each_step)
    save_arrays(path, **{name: np.asarray(value) for name, value in result.items()})
    return memory.peak_memory()


def _read(path: Path) -> Arrays:
    with np.load(path, allow_pickle=False) as arrays:
        return dict(arrays)


def _name(parameters: Mapping[str, Any], source: str) -> str:
    text = json.dumps(dict(parameters), sort_keys=True) + source
    return hashlib.sha256(text.encode()).hexdigest()[:24]


def _fingerprint(function: Callable, code: Iterable[ModuleType]) -> str:
    folders = [Path(str(package.__file__)).parent for package in code]
    return fingerprint(_sources(function), folders, (*LIBRARIES, *OTHER_LIBRARIES))


def _sources(function: Callable) -> list[str]:
    """The source of a function and of all beside it that it names, as in a notebook.

    Functions, classes by their methods, and values that are numbers, text, or lists of them.
    """
    found: list[Any] = [function]
    texts = []
    for one in found:  # grows while it is read
        if inspect.isclass(one):
            texts += [f"class {one.__qualname__}{[base.__qualname__ for base in one.__bases__]}"]
            beside = dict(vars(one)) | {base.__name__: base for base in one.__bases__}
        else:
            texts += [inspect.getsource(one)]
            beside = _named(one)
        for name, other in sorted(beside.items()):
            if inspect.isfunction(other) or inspect.isclass(other):
                if other.__module__ == function.__module__ and other not in found:
                    found.append(other)
            elif isinstance(other, int | float | str | list | tuple | dict) and name[:2] != "__":
                texts += [f"{name} = {other!r}"]
    return texts


def _named(function: Callable) -> dict[str, Any]:
    """What a function finds by name outside of it, also from within comprehensions and lambdas."""
    closure = dict(inspect.getclosurevars(function).nonlocals)
    codes = [function.__code__]
    for code in codes:  # grows while it is read
        codes += [inner for inner in code.co_consts if inspect.iscode(inner)]
    names = {i.argval for code in codes for i in dis.get_instructions(code) if i.opname in LOADS}
    return closure | {k: v for k, v in function.__globals__.items() if k in names}
