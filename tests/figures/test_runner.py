"""The runner: wrong names and values stop it early, failures are told, executed copies are kept."""

import json
import os
import subprocess
import sys

import nbformat
import pytest
from click.testing import CliRunner
from nbformat.v4 import new_code_cell, new_notebook

from figures.run import notebook as runner
from figures.run.command import main
from figures.run.notebook import NotebookError, check_parameters, find_notebook, run_notebook
from tests.tree import ROOT

PARAMETERS = """\
n_samples: int = 300_000  # samples at each level
noise_max: float = 0.4  # the largest noise
levels: list[float] = [0.0, 0.2]  # noise levels
seeds: list[int] = [1]  # one to a run
anything: list = []  # a list of whatever
thermal: bool = False  # which preset
colour: str = "blue"  # of the line
output: str = "build"  # folder for the figure and its numbers, relative to the project's root
shape: complex = 1j  # a type that the runner does not know
"""

WRITE = """\
import json
from pathlib import Path
from figures import output_folder
values = [n_samples, noise_max, levels, thermal, colour, str(Path.cwd())]
(output_folder(output) / "values.json").write_text(json.dumps(values))
"""


def write_notebook(path, *cells):
    notebook = new_notebook(
        cells=[
            new_code_cell(PARAMETERS, metadata={"tags": ["parameters"]}),
            *map(new_code_cell, cells),
        ],
        metadata={"kernelspec": {"name": "python3", "language": "python", "display_name": "P"}},
    )
    nbformat.write(notebook, path)
    return path


@pytest.fixture
def notebook(tmp_path):
    return write_notebook(tmp_path / "small.ipynb", WRITE)


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("n_samples", "1_000_000", 1_000_000),
        ("n_samples", "-3", -3),
        ("n_samples", 12, 12),
        ("noise_max", "1", 1.0),
        ("noise_max", "-2.5e-3", -2.5e-3),
        ("noise_max", 2, 2.0),
        ("levels", "[0, 0.1]", [0.0, 0.1]),
        ("levels", [1], [1.0]),
        ("seeds", "[1, 2_000]", [1, 2000]),
        ("anything", '[1, "a", null]', [1, "a", None]),
        ("thermal", "true", True),
        ("thermal", "False", False),
        ("colour", "1", "1"),
        ("colour", "true", "true"),
    ],
)
def test_a_value_is_read_as_the_parameters_type(notebook, name, value, expected):
    read = check_parameters(notebook, {name: value})[name]
    assert read == expected
    assert type(read) is type(expected)
    if isinstance(expected, list):
        assert [type(entry) for entry in read] == [type(entry) for entry in expected]


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("n_samples", "1.5", "int as in 300_000"),
        ("n_samples", "many", "int as in 300_000"),
        ("n_samples", True, "int as in 300_000"),
        ("noise_max", "true", "float as in 0.4"),
        ("noise_max", "", "float as in 0.4"),
        ("levels", "0.1", "list[float] as in [0.0, 0.2]"),
        ("levels", "[0.1, true]", "list[float] as in [0.0, 0.2]"),
        ("seeds", "[1.5]", "list[int] as in [1]"),
        ("seeds", "[1", "list[int] as in [1]"),
        ("anything", "(1, 2)", "list as in []"),
        ("thermal", "1", "bool as in False"),
        ("thermal", "yes", "bool as in False"),
        ("colour", 3, 'str as in "blue"'),
        ("shape", "1j", "complex as in 1j"),
    ],
)
def test_a_value_of_another_type_is_an_error_that_says_what_was_expected(
    notebook, name, value, expected
):
    with pytest.raises(NotebookError) as error:
        check_parameters(notebook, {name: value})
    assert str(error.value) == f"parameter '{name}': expected {expected}, got {value!r}"


def test_an_unknown_parameter_stops_the_run_and_names_the_nearest(notebook, tmp_path):
    with pytest.raises(NotebookError) as error:
        run_notebook(
            notebook,
            parameters={"output": str(tmp_path / "out"), "n_sample": 3},
            copy=tmp_path / "copy.ipynb",
        )
    message = str(error.value)
    assert message.startswith(
        "unknown parameter 'n_sample' (did you mean 'n_samples'?); known: n_samples, noise_max, "
    )
    assert [path.name for path in tmp_path.iterdir()] == ["small.ipynb"]


def test_a_run_creates_its_folders_and_works_in_the_notebooks_own(notebook, tmp_path):
    out = tmp_path / "new" / "out"
    copy = run_notebook(
        notebook,
        parameters={"output": str(out), "n_samples": "1_000", "thermal": "true", "levels": "[1]"},
        copy=tmp_path / "copies" / "copy.ipynb",
    )
    values = json.loads((out / "values.json").read_text())
    assert values == [1000, 0.4, [1.0], True, "blue", str(tmp_path)]
    assert [path.name for path in copy.parent.iterdir()] == ["copy.ipynb"]
    assert all(cell.execution_count for cell in nbformat.read(copy, as_version=4).cells)


def test_what_a_cell_prints_piece_by_piece_is_kept_as_one(tmp_path):
    cell = "for i in range(3):\n    print(i, flush=True)"
    notebook = write_notebook(tmp_path / "printing.ipynb", cell)
    copy = run_notebook(notebook, parameters={}, copy=tmp_path / "copies" / "printing.ipynb")
    (output,) = nbformat.read(copy, as_version=4).cells[-1].outputs
    assert output.text == "0\n1\n2\n"


def test_a_failed_notebook_is_kept_and_its_own_error_is_told(tmp_path):
    notebook = write_notebook(tmp_path / "failing.ipynb", "print('before')", "1 / 0", "print('no')")
    with pytest.raises(NotebookError) as error:
        run_notebook(notebook, parameters={}, copy=tmp_path / "copies" / "failing.ipynb")
    message = str(error.value)
    assert "ZeroDivisionError: division by zero" in message
    assert "papermill" not in message
    assert [path.name for path in (tmp_path / "copies").iterdir()] == ["failing.ipynb"]
    assert "before" in (tmp_path / "copies" / "failing.ipynb").read_text()


def test_a_killed_notebook_is_told(tmp_path):
    notebook = write_notebook(
        tmp_path / "killed.ipynb", "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"
    )
    with pytest.raises(NotebookError, match="process was killed"):
        run_notebook(notebook, parameters={}, copy=tmp_path / "copy.ipynb")
    assert (tmp_path / "copy.ipynb").exists()


def test_notebooks_are_found_by_name_or_path(notebook, tmp_path, monkeypatch):
    assert find_notebook("small", folder=tmp_path) == notebook
    monkeypatch.chdir(tmp_path)
    assert find_notebook("small.ipynb") == notebook
    with pytest.raises(NotebookError) as error:
        find_notebook("smal", folder=tmp_path)
    assert str(error.value) == "unknown notebook 'smal' (did you mean 'small'?); known: small"


def test_the_command_finds_the_projects_notebooks_from_any_folder(tmp_path):
    (tmp_path / "project").mkdir()
    finished = subprocess.run(
        [sys.executable, "-m", "figures", "no_such_notebook"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert finished.returncode == 1
    known = sorted(path.stem for path in (ROOT / "notebooks").glob("*.ipynb"))
    expected = f"unknown notebook 'no_such_notebook'; known: {', '.join(known) or 'none'}"
    assert finished.stderr == f"Error: {expected}\n"


def test_the_command_runs_a_notebook_into_the_folder_asked_for(notebook, tmp_path, monkeypatch):
    monkeypatch.setattr(runner, "BUILD", tmp_path / "build")
    monkeypatch.chdir(tmp_path)
    arguments = ["small.ipynb", "-p", "noise_max", "-1", "-p", "colour", "red", "--output", "out"]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 0, result.output
    values = json.loads((tmp_path / "out" / "values.json").read_text())
    assert values[1] == -1.0
    assert values[4] == "red"
    assert (tmp_path / "build" / "small.ipynb").exists()


def test_the_command_hands_on_a_short_path_inside_the_project(notebook, monkeypatch):
    handed = {}
    monkeypatch.setattr(
        "figures.run.command.run_notebook",
        lambda path, *, parameters, progress_bar: handed.update(parameters),
    )
    monkeypatch.chdir(ROOT / "tests")
    result = CliRunner().invoke(main, [str(notebook), "--output", "../figures"])
    assert result.exit_code == 0, result.output
    assert handed == {"output": "figures"}


def test_the_command_fails_with_the_cells_error(tmp_path, monkeypatch):
    monkeypatch.setattr(runner, "BUILD", tmp_path / "build")
    notebook = write_notebook(tmp_path / "failing.ipynb", "raise ValueError('no such thing')")
    result = CliRunner().invoke(main, [str(notebook)])
    assert result.exit_code == 1
    assert "ValueError: no such thing" in result.output
    assert "site-packages/papermill" not in result.output


def test_the_command_refuses_an_unknown_parameter(notebook):
    result = CliRunner().invoke(main, [str(notebook), "-p", "noize_max", "1"])
    assert result.exit_code == 1
    assert "unknown parameter 'noize_max' (did you mean 'noise_max'?)" in result.output
