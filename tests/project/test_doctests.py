"""Every public function has an example in its docstring, and all examples run."""

import contextlib
import doctest
import inspect
import io
import re
import subprocess
import sys

import rmi_tf

import pytest

import data_generators
import figures
from tests.tree import ROOT

# Results and errors are shown by the functions that return or raise them.
SHOWN_ELSEWHERE = (tuple, Exception)
PUBLIC = [
    thing
    for package in (rmi_tf, data_generators, figures)
    for thing in map(package.__dict__.get, package.__all__)
    if callable(thing) and not (inspect.isclass(thing) and issubclass(thing, SHOWN_ELSEWHERE))
]


@pytest.mark.parametrize("thing", PUBLIC, ids=lambda thing: thing.__name__)
def test_what_is_public_has_an_example(thing):
    assert doctest.DocTestParser().get_examples(thing.__doc__)


# In a process of its own: the number of threads is set before the first operation.
DOCTESTS = """
import sys, rmi_tf
rmi_tf.use_one_thread_per_operation()
import pytest
sys.exit(pytest.main(["-q", "--doctest-modules", "rmi_tf", "data_generators", "figures"]))
"""


@pytest.mark.slow
def test_the_examples_run():
    command = [sys.executable, "-c", DOCTESTS]
    finished = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert finished.returncode == 0, finished.stdout


def test_the_readme_shows_what_its_examples_print():
    blocks = re.findall(
        r"```python\n(.*?)```\s+```\n(.*?)```", (ROOT / "README.md").read_text(), re.S
    )
    assert len(blocks) == 2
    names = {}
    for source, printed in blocks:
        output = io.StringIO()
        with contextlib.redirect_stdout(output):
            exec(source, names)
        assert output.getvalue() == printed
