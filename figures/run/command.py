"""The command that runs one of the project's notebooks, once or over a grid.

``python -m figures figure_2 -p n_samples 10_000 -g noise_max "[0.2, 0.4]" -g seed "[0, 1, 2]"``
"""

import ast
from pathlib import Path

import click

from ..save.files import ROOT
from .notebook import NotebookError, find_notebook, run_notebook
from .sweep import sweep


@click.command()
@click.argument("notebook")
@click.option(
    "-p",
    "--parameter",
    "parameters",
    type=(str, str),
    multiple=True,
    metavar="NAME VALUE",
    help="Give a parameter of the notebook another value; once for each parameter.",
)
@click.option(
    "-g",
    "--grid",
    type=(str, str),
    multiple=True,
    metavar="NAME '[VALUE, ...]'",
    help="Sweep: run at each of these values, and at all combinations where there are several -g.",
)
@click.option(
    "--output",
    type=click.Path(file_okay=False, resolve_path=True, path_type=Path),
    metavar="FOLDER",
    help="Where the results go, from the current folder; build, or build/sweeps/NOTEBOOK.",
)
@click.option("--jobs", type=click.IntRange(1), help="Runs of a sweep at a time; one a core.")
@click.option("--scheduler", metavar="ADDRESS", help="Sweep on the workers of a Dask scheduler.")
def main(
    notebook: str,
    parameters: tuple[tuple[str, str], ...],
    grid: tuple[tuple[str, str], ...],
    output: Path | None,
    jobs: int | None,
    scheduler: str | None,
) -> None:
    """Execute NOTEBOOK (a name as figure_2, or a path) and leave the executed copy in build/.

    With -g it is a sweep: a run that is finished is kept, and the same command goes on where an
    earlier one ended.
    """
    if output is not None and output.is_relative_to(ROOT):
        # The record of a run shows no path of the machine where there is a shorter one.
        output = output.relative_to(ROOT)
    values = dict(parameters)
    try:
        if not grid:
            if jobs or scheduler:
                raise click.UsageError("--jobs and --scheduler go with a sweep: -g is missing")
            values |= {} if output is None else {"output": output.as_posix()}
            copy = run_notebook(find_notebook(notebook), parameters=values, progress_bar=True)
            click.echo(f"executed copy: {copy}")
            return
        folder = output or Path("build", "sweeps", Path(notebook).stem)
        found = sweep(
            notebook,
            {name: _values(name, text) for name, text in grid},
            parameters=values,
            folder=folder,
            jobs=jobs,
            scheduler=scheduler,
        )
    except NotebookError as error:
        raise click.ClickException(str(error)) from error
    click.echo(
        f"{len(found.table)} runs finished, {found.computed} of them now: {folder}/sweep.csv"
    )
    for run, why in found.failed:
        click.echo(f"failed at {run}: {why}", err=True)
    if found.failed:
        raise click.ClickException(f"{len(found.failed)} runs failed; the same command tries again")


def _values(name: str, text: str) -> list:
    try:
        values = ast.literal_eval(text)
    except (ValueError, SyntaxError):
        values = text
    if not isinstance(values, list):
        raise NotebookError(f"grid '{name}': expected a list as in '[0.2, 0.4]', got {text!r}")
    return values
