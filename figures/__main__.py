"""Run a notebook: ``python -m figures figure_2``; `figures.run.command` says what goes with it."""

from .run.command import main

if __name__ == "__main__":
    main(prog_name="python -m figures")
