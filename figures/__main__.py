"""Run one of the project's notebooks: ``python -m figures figure_2 -p n_samples 10_000``."""

from pathlib import Path

import click

from .files import ROOT
from .runner import NotebookError, find_notebook, run_notebook


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
    "--output",
    type=click.Path(file_okay=False, resolve_path=True, path_type=Path),
    metavar="FOLDER",
    help="Where the figure and its numbers go: the parameter 'output', from the current folder.",
)
def main(notebook: str, parameters: tuple[tuple[str, str], ...], output: Path | None) -> None:
    """Execute NOTEBOOK (a name as figure_2, or a path) and leave the executed copy in build/."""
    values = dict(parameters)
    if output is not None:
        # The record of a run shows no path of the machine where there is a shorter one.
        inside = output.is_relative_to(ROOT)
        values["output"] = (output.relative_to(ROOT) if inside else output).as_posix()
    try:
        copy = run_notebook(find_notebook(notebook), parameters=values, progress_bar=True)
    except NotebookError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"executed copy: {copy}")


if __name__ == "__main__":
    main(prog_name="python -m figures")
