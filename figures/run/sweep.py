"""Run a notebook at every point of a grid of parameters, on all cores or on a Dask cluster.

Each run is one executed notebook in a process of its own, on one thread, with a folder of its own.
It is finished once its record, ``run.json``, is there, which is written last: a sweep that was
interrupted or killed is started again by the same command and does only what is missing. A run is
known by its parameters, the notebook's code, the library's source and the versions, so that an edit
makes it out of date. In the end the runs' tables are put together.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import multiprocessing
import os
import time
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import joblib
import nbformat
from filelock import FileLock, Timeout
from papermill.exceptions import PapermillExecutionError
from tqdm import tqdm

from ..save.files import ROOT, output_folder, save_table, write_whole
from ..save.provenance import LIBRARIES
from .fingerprint import fingerprint
from .notebook import NotebookError, check_parameters, find_notebook, run_notebook
from .pool import as_finished, leave_interruptions_to_the_parent

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import pandas as pd

RECORD = "run.json"
# What a run's kernel starts with: the others have the other cores. The bits stay those of a run by
# itself, which don't depend on the cores.
ONE_CORE = {
    "LOKY_MAX_CPU_COUNT": "1",
    "OMP_NUM_THREADS": "1",
    "TF_NUM_INTEROP_THREADS": "1",
    "TF_NUM_INTRAOP_THREADS": "1",
}


class Sweep(NamedTuple):
    """What a sweep has come to."""

    table: pd.DataFrame  # as sweep.csv: a row a finished run
    failed: list[tuple[dict[str, Any], str]]  # of the others: parameters and error
    computed: int  # runs that this call finished


def sweep(
    notebook: str,
    grid: Mapping[str, Sequence],
    *,
    parameters: Mapping[str, Any],
    folder: str | Path,
    jobs: int | None = None,
    scheduler: str | None = None,
) -> Sweep:
    """Run a notebook at every point of a grid, and collect what the runs wrote.

    Into the folder go ``sweep.csv``, a row a finished run with its parameters, time and folder,
    and, for each table that the runs wrote, one of the same name: the rows of all runs with the
    parameters in front. ``runs`` has a folder for each run, with all its files.

    Args:
        notebook: As `figures.run.notebook.find_notebook` takes it.
        grid: The values of each parameter that varies; the last one varies fastest.
        parameters: Values of others, the same in all runs.
        folder: Where to, absolute or relative to the project's root. The workers of a cluster have
            to see it, and the project, under the same path.
        jobs: Runs at a time on this computer; one for each core by default.
        scheduler: The address of a Dask scheduler, whose workers then do the runs.

    Raises:
        NotebookError: No such notebook or parameter; a value that does not fit, or a parameter that
            comes twice; an empty grid; another sweep at work in the folder; Dask is missing, or its
            scheduler does not answer.
    """
    path = find_notebook(notebook)
    runs = _runs(path, grid, parameters)
    try:
        place = output_folder(folder)
    except OSError as error:
        raise NotebookError(f"folder: expected one that can be written to: {error}") from error
    source = _fingerprint(path)
    folders = [place / "runs" / _name(run, source) for run in runs]
    failed: dict[int, str] = {}
    with _alone_in(place), _executor(jobs, scheduler) as executor:
        missing = [i for i in range(len(runs)) if not (folders[i] / RECORD).exists()]
        submit = lambda i: executor.submit(_run, str(path), runs[i], str(folders[i]))  # noqa: E731
        at_once = len(runs) if scheduler else jobs or joblib.cpu_count()
        bar = tqdm(total=len(runs), initial=len(runs) - len(missing), unit="run")
        try:  # when interrupted, what is under way is finished; what is not begun is left out
            for finished in as_finished(submit, missing, at_once=at_once, seconds=None):
                for i, future in finished:
                    if said := _error(future):
                        failed[i] = said
                        bar.set_postfix(failed=len(failed))
                    bar.update()
        finally:
            bar.close()
    table = _collect(place, [(runs[i], folders[i]) for i in range(len(runs)) if i not in failed])
    return Sweep(table, [(runs[i], failed[i]) for i in sorted(failed)], len(missing) - len(failed))


def _runs(path: Path, grid: Mapping[str, Sequence], fixed: Mapping[str, Any]) -> list[dict]:
    """The parameters of each run, those that vary in front."""
    for name in {**grid, **fixed}:
        if name == "output":
            raise NotebookError("parameter 'output': each run of a sweep has a folder of its own")
        if name in grid and name in fixed:
            raise NotebookError(f"parameter '{name}': expected in the grid or fixed, got both")
    for name, values in grid.items():
        if not isinstance(values, list) or not values:
            raise NotebookError(f"grid '{name}': expected a list of values, got {values!r}")
        repeated = [value for i, value in enumerate(values) if value in values[:i]]
        if repeated:
            raise NotebookError(
                f"grid '{name}': expected different values, got {repeated[0]!r} twice"
            )
    points = [dict(zip(grid, point, strict=True)) for point in itertools.product(*grid.values())]
    return [check_parameters(path, {**point, **fixed}) for point in points]


def _run(notebook: str, parameters: dict[str, Any], folder: str) -> str:
    """Do one run; returns the error of a notebook that failed, else nothing."""
    os.environ.update(ONE_CORE)
    place, started = Path(folder), time.perf_counter()
    try:
        with ThreadPoolExecutor(1) as thread:  # in the main one nbclient listens to SIGINT
            thread.submit(
                run_notebook,
                Path(notebook),
                parameters={**parameters, "output": folder},
                copy=place / Path(notebook).name,
            ).result()
    except NotebookError as error:
        cause = error.__cause__
        if isinstance(cause, PapermillExecutionError):
            return f"{cause.ename}: {cause.evalue} (see the executed copy in {folder})"
        return str(error)
    record = {"parameters": parameters, "seconds": round(time.perf_counter() - started, 2)}
    write_whole(place / RECORD, (json.dumps(record, indent=2) + "\n").encode())
    return ""


def _error(future: Future) -> str:
    raised = future.exception()
    return f"{type(raised).__name__}: {raised}" if raised else future.result()


def _collect(place: Path, finished: list[tuple[dict, Path]]) -> pd.DataFrame:
    """Write sweep.csv and the tables of all runs together; returns the first."""
    import pandas as pd

    rows: list[dict] = []
    tables: dict[str, list[pd.DataFrame]] = {}
    for parameters, folder in finished:
        # a cell holds one value
        cells = {k: json.dumps(v) if isinstance(v, list) else v for k, v in parameters.items()}
        record = json.loads((folder / RECORD).read_text())
        rows.append({**cells, "seconds": record["seconds"], "folder": f"runs/{folder.name}"})
        for path in sorted(folder.glob("*.csv")):
            table = pd.read_csv(path)
            for i, (name, value) in enumerate(cells.items()):
                # figure_3_runs.csv has a seed of its own
                table.insert(i, f"given_{name}" if name in table else name, value)
            tables.setdefault(path.name, []).append(table)
    for name, parts in tables.items():
        save_table(pd.concat(parts, ignore_index=True), place / name)
    table = pd.DataFrame(rows)
    save_table(table, place / "sweep.csv")
    return table


def _name(parameters: dict[str, Any], source: str) -> str:
    text = json.dumps(parameters, sort_keys=True) + source
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _fingerprint(notebook: Path) -> str:
    cells = [c.source for c in nbformat.read(notebook, as_version=4).cells if c.cell_type == "code"]
    return fingerprint(cells, [ROOT / "rmi_tf", ROOT / "data_generators"], LIBRARIES)


@contextmanager
def _alone_in(place: Path) -> Iterator[None]:
    """No other sweep works in the folder meanwhile; a killed one's lock is gone with it."""
    try:
        with FileLock(place / ".lock", timeout=0):
            yield
    except Timeout as error:
        raise NotebookError(f"folder: another sweep is at work in {place}") from error


@contextmanager
def _executor(jobs: int | None, scheduler: str | None) -> Iterator[Executor]:
    if scheduler is None:
        spawn = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(
            jobs or joblib.cpu_count(), spawn, leave_interruptions_to_the_parent
        ) as pool:
            yield pool
        return
    try:
        from distributed import Client
    except ImportError as error:
        raise NotebookError(
            "scheduler: expected the package 'distributed' for a Dask cluster, it is not "
            "installed: pip install distributed"
        ) from error
    try:
        client = Client(scheduler)
    except (OSError, ValueError) as error:
        raise NotebookError(f"scheduler: no answer from {scheduler!r}: {error}") from error
    with client, client.get_executor(pure=False) as executor:
        yield executor
