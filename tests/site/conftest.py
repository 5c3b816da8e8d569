"""The page, built once for all tests that look at it."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.tree import ROOT


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """The folder that `make site` would fill, from a copy of the sources."""
    folder = tmp_path_factory.mktemp("site")
    # with this environment, whether or not it is `make`'s
    variables = [f"PAGE={folder}", f"BIN={Path(sys.executable).parent}"]
    command = ["make", "--old-file", ".venv/installed", *variables, "site"]
    finished = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert finished.returncode == 0, finished.stdout + finished.stderr
    return folder / "site"
