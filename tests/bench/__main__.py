"""The long studies: `python -m tests.bench` lists them, `python -m tests.bench NAME` starts one."""

import ast
import os
import sys

from tests.tree import ROOT


def studies():
    """What each study measures, by its name: the first line of its docstring."""
    scripts = sorted((ROOT / "tests/bench").glob("bench_*.py"))
    return {
        script.stem.removeprefix("bench_"): ast.get_docstring(
            ast.parse(script.read_text())
        ).splitlines()[0]
        for script in scripts
    }


def main(name=None, *arguments):
    known = studies()
    if name is None:
        for study, what in known.items():
            print(f"{study:<11} {what}")
        print(
            "\nStart one with `make bench STUDY=name`. The same command goes on with one that was "
            "interrupted;\neach takes an hour at most on two idle cores, `flow` two or three."
        )
    elif name not in known:
        sys.exit(f"STUDY: there is no study {name!r}, only {', '.join(known)}")
    else:
        # in this process's place, so that an interruption reaches the study and nothing else
        command = [sys.executable, "-m", f"tests.bench.bench_{name}", *arguments]
        os.execv(sys.executable, command)


if __name__ == "__main__":
    main(*sys.argv[1:])
