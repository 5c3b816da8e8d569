"""What the studies share: processes of their own, and figures beside their bounds."""

import json
import math
import subprocess
import sys

from tests.tree import ROOT


def in_own_process(module, *arguments, environment=None, interpreter=(sys.executable,)):
    """What `python -m module arguments` prints, read as JSON: nothing warmed up, memory of its own.

    The environment is this process's, or the given one, whole.
    """
    command = [*interpreter, "-m", module, *map(str, arguments)]
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
