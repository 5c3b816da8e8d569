"""What the studies share: processes of their own, and figures beside their bounds.

`python tests/bench.py` lists the studies, `python tests/bench.py NAME` starts one.
"""

import ast
import json
import math
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def in_own_process(script, *arguments, environment=None, interpreter=(sys.executable,)):
    """What `script arguments` prints, read as JSON: nothing warmed up, a peak memory of its own.

    The environment is this process's, or the given one, whole.
    """
    command = [*interpreter, script, *map(str, arguments)]
    finished = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, env=environment)
    if finished.returncode:
        raise RuntimeError(f"{command} failed:\n{finished.stderr}")
    return json.loads(finished.stdout.splitlines()[-1])


class Bounds:
    """Prints each measured figure beside its bound, and remembers those that are missed."""

    def __init__(self):
        self.missed = 0

    def check(self, what, measured, *, at_least=-math.inf, at_most=math.inf, unit=""):
        met = at_least <= measured <= at_most  # a nan is missed
        limits = [f"at least {at_least:g}"] if at_least > -math.inf else []
        limits += [f"at most {at_most:g}"] if at_most < math.inf else []
        self.missed += not met
        bound = " and ".join(limits)
        print(f"{what:<58} {measured:>10.4g} {unit:<5} {bound:<24} {'met' if met else 'MISSED'}")

    def exit(self):
        sys.exit(f"{self.missed} bounds are missed" if self.missed else 0)


def studies():
    """Each study's script by its name, and what it measures: the first line of its docstring."""
    scripts = {path.stem.removeprefix("bench_"): path for path in ROOT.glob("tests/bench_*.py")}
    return {
        name: (script, ast.get_docstring(ast.parse(script.read_text())).splitlines()[0])
        for name, script in sorted(scripts.items())
    }


def main(name=None, *arguments):
    known = studies()
    if name is None:
        for study, (_, what) in known.items():
            print(f"{study:<11} {what}")
        print(
            "\nStart one with `make bench STUDY=name`. The same command goes on with one that was "
            "interrupted;\neach takes an hour at most on two idle cores."
        )
    elif name not in known:
        sys.exit(f"STUDY: there is no study {name!r}, only {', '.join(known)}")
    else:
        # in this process's place, so that an interruption reaches the study and nothing else
        os.execv(sys.executable, [sys.executable, str(known[name][0]), *arguments])


if __name__ == "__main__":
    main(*sys.argv[1:])
