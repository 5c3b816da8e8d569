"""The workflows of GitHub, which can't run here: their form, and that what they call is there."""

import re
import subprocess
import sys

import pytest

from tests.tree import ROOT

LINT = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows"]
WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))


def test_there_is_a_workflow_for_tests_the_page_and_the_lock():
    assert [path.stem for path in WORKFLOWS] == ["lock", "site", "tests"]


def test_the_linter_finds_nothing():
    # the schema comes with the package
    finished = subprocess.run([*LINT, *WORKFLOWS], capture_output=True, text=True)
    assert finished.returncode == 0, finished.stdout + finished.stderr


def test_the_linter_would_find_something(tmp_path):
    wrong = tmp_path / "wrong.yml"
    wrong.write_text(WORKFLOWS[0].read_text().replace("runs-on", "runs-at"))
    assert subprocess.run([*LINT, wrong], capture_output=True).returncode == 1


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_a_workflow_calls_what_there_is(path):
    text, makefile = path.read_text(), (ROOT / "Makefile").read_text()
    for target in re.findall(r"make ([\w-]+)", text):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
    for script in re.findall(r"bash (\S+)", text):
        assert (ROOT / script).exists(), script
