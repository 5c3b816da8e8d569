"""Sweeps: every point of the grid once, whatever fails, is killed, or is started again."""

import json
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
import pandas as pd
import pytest
from click.testing import CliRunner
from filelock import FileLock
from nbformat.v4 import new_code_cell, new_notebook

from figures.run.command import main
from figures.run.notebook import NotebookError
from figures.run.sweep import _fingerprint, sweep
from tests.tree import ROOT

PARAMETERS = """\
noise: float = 0.1  # of the field
seed: int = 0  # of everything random
levels: list[float] = [0.0]  # a list
output: str = "build"  # folder, relative to the project's root
"""
# A run that has been begun leaves a line in the log, whatever becomes of it.
WRITE = """\
import os, time
from pathlib import Path
import pandas as pd
from figures import output_folder
with open(Path("{log}"), "a") as log:
    log.write(f"{{noise}} {{seed}}\\n")
time.sleep({seconds})
if seed == 3:
    raise ArithmeticError("the seed is three")
table = pd.DataFrame({{"seed": [seed, seed], "threads": os.environ["OMP_NUM_THREADS"]}})
table.to_csv(output_folder(output) / "table.csv", index=False)
"""


def write_notebook(folder, *, seconds=0.0):
    """A notebook that keeps a log of its runs beside it."""
    write = WRITE.format(log=folder / "log", seconds=seconds)
    notebook = new_notebook(
        cells=[
            new_code_cell(PARAMETERS, metadata={"tags": ["parameters"]}),
            new_code_cell(write),
        ],
        metadata={"kernelspec": {"name": "python3", "language": "python", "display_name": "P"}},
    )
    nbformat.write(notebook, folder / "small.ipynb")
    return str(folder / "small.ipynb")


def begun(folder):
    return sorted((folder / "log").read_text().split("\n"))[1:]


@pytest.mark.paper
def test_a_failed_run_is_told_the_others_go_on_and_finished_ones_are_kept(tmp_path):
    notebook, folder = write_notebook(tmp_path), tmp_path / "out"
    grid = {"noise": [0.1, 0.2], "seed": [0, 3]}
    first = sweep(notebook, grid, parameters={"levels": [0.5]}, folder=folder)
    assert first.computed == 2
    assert [run["noise"] for run, _ in first.failed] == [0.1, 0.2]
    assert all("ArithmeticError: the seed is three" in error for _, error in first.failed)
    table = pd.read_csv(folder / "sweep.csv")
    assert table[["noise", "seed", "levels"]].values.tolist() == [
        [0.1, 0, "[0.5]"],
        [0.2, 0, "[0.5]"],
    ]
    # the table has a seed of its own, which keeps its name
    rows = pd.read_csv(folder / "table.csv")
    assert list(rows.columns) == ["noise", "given_seed", "levels", "seed", "threads"]
    assert rows.noise.to_list() == [0.1, 0.1, 0.2, 0.2]
    assert (rows.threads == 1).all()
    again = sweep(notebook, grid, parameters={"levels": [0.5]}, folder=folder)
    assert (again.computed, len(again.failed)) == (0, 2)
    assert begun(tmp_path) == ["0.1 0", "0.1 3", "0.1 3", "0.2 0", "0.2 3", "0.2 3"]


@pytest.mark.slow
def test_an_edit_of_the_notebook_makes_its_runs_out_of_date(tmp_path):
    notebook = write_notebook(tmp_path)
    for seconds, computed in ((0.0, 1), (0.0, 0), (0.01, 1)):
        write_notebook(tmp_path, seconds=seconds)
        found = sweep(notebook, {"seed": [1]}, parameters={}, folder=tmp_path / "out")
        assert (found.computed, len(found.table)) == (computed, 1)


@pytest.mark.parametrize("package", ["rmi_tf", "data_generators"])
def test_an_edit_of_a_library_makes_runs_out_of_date_in_its_subfolders_too(
    tmp_path, monkeypatch, package
):
    notebook = Path(write_notebook(tmp_path))
    monkeypatch.setattr("figures.run.sweep.ROOT", tmp_path)
    module = tmp_path / package / "folder" / "module.py"
    module.parent.mkdir(parents=True)
    found = []
    for content in ("a = 1", "a = 2"):
        module.write_text(content)
        found.append(_fingerprint(notebook))
        assert _fingerprint(notebook) == found[-1]
    module.rename(module.parents[1] / "module.py")
    assert len({*found, _fingerprint(notebook)}) == 3


@pytest.mark.parametrize(
    ("grid", "parameters", "message"),
    [
        ({"noize": [1.0]}, {}, "unknown parameter 'noize' .did you mean 'noise'"),
        ({"noise": ["much"]}, {}, "parameter 'noise': expected float"),
        ({"noise": []}, {}, "grid 'noise': expected a list of values, got \\[\\]"),
        ({"noise": [0.1, 0.2, 0.1]}, {}, "grid 'noise': expected different values, got 0.1 twice"),
        ({"noise": [0.1]}, {"noise": 0.2}, "parameter 'noise': expected in the grid or fixed"),
        ({"output": ["a", "b"]}, {}, "parameter 'output': each run of a sweep has a folder"),
    ],
)
def test_what_does_not_fit_stops_a_sweep_before_its_first_run(tmp_path, grid, parameters, message):
    with pytest.raises(NotebookError, match=message):
        sweep(write_notebook(tmp_path), grid, parameters=parameters, folder=tmp_path / "out")
    assert not (tmp_path / "log").exists()


def test_a_second_sweep_in_the_same_folder_waits_its_turn_elsewhere(tmp_path):
    folder = tmp_path / "out"
    folder.mkdir()
    with FileLock(folder / ".lock"), pytest.raises(NotebookError, match="another sweep is at work"):
        sweep(write_notebook(tmp_path), {"seed": [1]}, parameters={}, folder=folder)


def test_the_command_tells_what_is_done_and_fails_where_a_run_did(tmp_path):
    arguments = [write_notebook(tmp_path), "--output", str(tmp_path / "out")]
    result = CliRunner().invoke(main, [*arguments, "-g", "seed", "[1, 3]", "-p", "noise", "1"])
    assert result.exit_code == 1
    assert "1 runs finished, 1 of them now" in result.output
    assert "failed at {'seed': 3, 'noise': 1.0}: ArithmeticError" in result.output
    result = CliRunner().invoke(main, [*arguments, "-g", "seed", "1"])
    assert "grid 'seed': expected a list as in '[0.2, 0.4]', got '1'" in result.output
    result = CliRunner().invoke(main, [*arguments, "--jobs", "2"])
    assert "-g is missing" in result.output


def test_a_folder_that_cannot_be_is_an_error(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(NotebookError, match="folder: expected one that can be written to"):
        sweep(write_notebook(tmp_path), {"seed": [1]}, parameters={}, folder=tmp_path / "file/sub")


def test_an_address_where_no_scheduler_answers_is_an_error(tmp_path):
    import dask
    import distributed  # noqa: F401  (its settings, before one of them is changed)

    with (
        dask.config.set({"distributed.comm.timeouts.connect": "1s"}),
        pytest.raises(NotebookError, match="scheduler: no answer from 'tcp:"),
    ):
        sweep(
            write_notebook(tmp_path), {"seed": [1]}, parameters={}, folder=tmp_path / "out",
            scheduler="tcp://127.0.0.1:9",
        )  # fmt: skip


@pytest.mark.paper
def test_a_dask_worker_that_is_killed_costs_no_run(tmp_path):
    from distributed import LocalCluster

    notebook, seeds = write_notebook(tmp_path, seconds=1), [0, 1, 2, 4, 5, 6]
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
        ThreadPoolExecutor(1) as thread,
    ):
        found = thread.submit(
            sweep, notebook, {"seed": seeds}, parameters={}, folder=tmp_path / "out",
            scheduler=cluster.scheduler_address,
        )  # fmt: skip
        wait_for(lambda: list((tmp_path / "out").glob("runs/*/run.json")), found.running)
        os.kill(cluster.workers[0].process.pid, signal.SIGKILL)
        assert found.result().failed == []
    table = pd.read_csv(tmp_path / "out" / "sweep.csv")
    assert table.seed.to_list() == seeds
    # that which the killed worker had under way was begun a second time, on the other or a new one
    assert set(begun(tmp_path)) == {f"0.1 {seed}" for seed in seeds}
    assert len(seeds) <= len(begun(tmp_path)) <= len(seeds) + 1


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
@pytest.mark.paper
def test_a_terminal_s_interruption_finishes_what_is_under_way_and_begins_no_more(tmp_path):
    command = [sys.executable, "-m", "figures", write_notebook(tmp_path, seconds=3)]
    command += ["--output", str(tmp_path / "out"), "--jobs", "2", "-g", "seed", "[0, 1, 2, 4, 5]"]
    # what runs in the background may have been started deaf to it
    listen = lambda: signal.signal(signal.SIGINT, signal.SIG_DFL)  # noqa: E731
    run = subprocess.Popen(
        command, cwd=ROOT, start_new_session=True, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL, preexec_fn=listen,
    )  # fmt: skip
    wait_for(lambda: (tmp_path / "log").exists(), lambda: run.poll() is None)
    os.killpg(run.pid, signal.SIGINT)
    assert run.wait() != 0
    finished = list((tmp_path / "out").glob("runs/*/run.json"))
    assert 1 <= len(begun(tmp_path)) == len(finished) <= 2


FEW = {"n_samples": 2000, "n_levels": 3, "n_fit": 1000, "n_drops": 512, "particles": 50}
FEW |= {"n_watched": 16, "deformations": [0.1]}


@pytest.mark.paper
def test_a_sweep_of_figure_2_that_was_killed_goes_on_where_it_ended(tmp_path):
    command = [sys.executable, "-m", "figures", "figure_2", "--output", str(tmp_path)]
    command += ["-g", "noise_max", "[0.2, 0.4]", "-g", "seed", "[0, 1]"]
    for name, value in FEW.items():
        command += ["-p", name, str(value)]
    first = subprocess.Popen(
        command, cwd=ROOT, start_new_session=True, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    done = lambda: list(tmp_path.glob("runs/*/run.json"))  # noqa: E731
    wait_for(lambda: len(done()) >= 2, lambda: first.poll() is None)
    os.killpg(first.pid, signal.SIGKILL)
    first.wait()
    kept = {path: path.stat().st_mtime_ns for path in done()}
    second = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert second.returncode == 0, second.stderr[-3000:]
    assert f"4 runs finished, {4 - len(kept)} of them now" in second.stdout
    assert all(path.stat().st_mtime_ns == time for path, time in kept.items())
    table = pd.read_csv(tmp_path / "sweep.csv")
    assert len(table) == len(table[["noise_max", "seed"]].drop_duplicates()) == 4
    for row in table.itertuples():
        record = json.loads((tmp_path / row.folder / "run.json").read_text())
        assert (record["parameters"]["noise_max"], record["parameters"]["seed"]) == row[1:3]
    rows = pd.read_csv(tmp_path / "figure_2b.csv")
    assert rows.groupby(["noise_max", "seed"]).size().to_list() == [28] * 4


def wait_for(condition, alive):
    """However slow the machine is, as long as what is waited for runs."""
    while not condition():
        assert alive(), "it ended before it came so far"
        time.sleep(0.05)
