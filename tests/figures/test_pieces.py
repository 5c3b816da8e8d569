import os
import signal
import subprocess
import sys
import time
from types import SimpleNamespace

import numpy as np
import pytest

from figures.run.pieces import (
    ENVIRONMENT,
    _fingerprint,
    _sources,
    remove_pieces,
    run_pieces,
)
from figures.save import memory
from tests.tree import ROOT


def root_and_process(number, power, each_step):
    for step in range(3):
        each_step(step + 1)
    return {"root": np.array([number, -number]) ** power, "process": os.getpid()}


def environment_of_piece(number, each_step):
    return {name: np.array(os.environ[name]) for name in ENVIRONMENT}


def fails_above_one(number, each_step):
    if number > 1:
        raise ArithmeticError(f"number: expected at most 1, got {number}")
    return {"number": number}


PIECES = [{"number": number, "power": 2} for number in (3, 1, 2)]


def test_results_come_in_order_from_processes_beside_this_one(tmp_path):
    found = run_pieces(root_and_process, PIECES, folder=tmp_path, workers=2)
    assert [piece["root"].tolist() for piece in found] == [[9, 9], [1, 1], [4, 4]]
    assert os.getpid() not in {int(piece["process"]) for piece in found}


def test_pieces_run_on_one_thread_and_the_parent_stays_as_it_was(tmp_path, monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    monkeypatch.delenv("TF_NUM_INTRAOP_THREADS", raising=False)
    before = dict(os.environ)
    (found,) = run_pieces(environment_of_piece, [{"number": 0}], folder=tmp_path)
    assert {name: str(value) for name, value in found.items()} == ENVIRONMENT
    assert dict(os.environ) == before


def holds(megabytes, each_step):
    return {"sum": np.ones(megabytes * 10**6 // 8).sum()}


def test_what_a_worker_has_held_is_kept_for_the_record(tmp_path, monkeypatch):
    monkeypatch.setattr(memory, "of_workers", [])
    pieces = [{"megabytes": megabytes} for megabytes in (1, 300)]
    run_pieces(holds, pieces, folder=tmp_path, workers=1)
    little, much = memory.of_workers
    # what was held when the 300 MB came may have been as much below the peak
    assert 0 < little < much and 300 <= much <= little + 310


def imported_before(name, each_step):
    return {"there": name in sys.modules}


def test_a_child_imports_the_code_before_the_function(tmp_path):
    import data_generators  # which this module does not, so neither does its function

    piece = [{"name": "data_generators"}]
    assert not run_pieces(imported_before, piece, folder=tmp_path)[0]["there"]
    assert run_pieces(imported_before, piece, folder=tmp_path, code=[data_generators])[0]["there"]


def test_what_is_done_is_not_done_again_and_other_parameters_are(tmp_path):
    first = run_pieces(root_and_process, PIECES, folder=tmp_path)
    reports = []
    run_pieces(root_and_process, PIECES, folder=tmp_path, report=lambda *args: reports.append(args))
    assert reports == [(3, 0)]  # all are done, and nothing was left to do
    longer = [*PIECES, {"number": 3, "power": 1}]
    again = run_pieces(root_and_process, longer, folder=tmp_path)
    assert [piece["process"] for piece in first] == [piece["process"] for piece in again[:3]]
    assert again[3]["process"] not in [piece["process"] for piece in first]
    assert again[3]["root"].tolist() == [3, -3]


def test_a_function_of_a_notebook_works_and_its_edit_makes_the_pieces_out_of_date(tmp_path):
    def double(number, each_step):
        return {"value": 2 * number}

    def triple(number, each_step):
        return {"value": 3 * number}

    (two,) = run_pieces(double, [{"number": 5}], folder=tmp_path)
    (three,) = run_pieces(triple, [{"number": 5}], folder=tmp_path)
    assert (int(two["value"]), int(three["value"])) == (10, 15)


# What a notebook has beside the function of a piece, in all the ways in which it is named.
CELL = """
OFFSET = {offset}

class Scale:
    factor = {factor}
    def times(self, number):
        return self.factor * number + {added}

def shifted(number):
    return number + {shift}

def piece(numbers, each_step):
    values = {{str(n): shifted(n) + Scale().times(n) for n in numbers}}
    return {{**values, "offset": (lambda: OFFSET)()}}
"""
FIRST = {"offset": 1, "factor": 1, "added": 1, "shift": 1}


@pytest.mark.parametrize("edit", FIRST)
def test_an_edit_of_anything_that_a_piece_names_makes_it_out_of_date(tmp_path, monkeypatch, edit):
    monkeypatch.syspath_prepend(tmp_path)
    found = []
    for version, values in enumerate((FIRST, FIRST, FIRST | {edit: 10})):
        name = f"{edit}_{version}"
        (tmp_path / f"{name}.py").write_text(CELL.format(**values))
        module = __import__(name)
        for one in (module.piece, module.shifted, module.Scale, module.Scale.times):
            one.__module__ = "cell"
        sources = _sources(module.piece)
        found.append(sources)
    assert found[0] == found[1] != found[2]


def test_an_edit_of_the_code_makes_pieces_out_of_date_in_its_subfolders_too(tmp_path):
    package = SimpleNamespace(__file__=str(tmp_path / "package" / "__init__.py"))
    inner = tmp_path / "package" / "deep" / "deeper"
    inner.mkdir(parents=True)
    module, found = inner / "module.py", []
    for content in ("a = 1", "a = 2"):
        module.write_text(content)
        found.append(_fingerprint(root_and_process, [package]))
        assert _fingerprint(root_and_process, [package]) == found[-1]
    module.rename(inner.parent / "module.py")
    assert len({*found, _fingerprint(root_and_process, [package])}) == 3


def test_an_error_comes_through_and_leaves_what_was_done(tmp_path):
    pieces = [{"number": number} for number in (0, 1, 7)]
    with pytest.raises(ArithmeticError, match="got 7"):
        run_pieces(fails_above_one, pieces, folder=tmp_path, workers=1)
    assert len(list(tmp_path.glob("*.npz"))) == 2
    assert not list(tmp_path.glob("*.part"))


def test_an_interruption_keeps_what_is_done(tmp_path):
    def interrupt(done, steps):
        if done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_pieces(root_and_process, PIECES, folder=tmp_path, workers=1, report=interrupt)
    saved = len(list(tmp_path.glob("*.npz")))
    assert 0 < saved < 3
    found = run_pieces(root_and_process, PIECES, folder=tmp_path)
    assert [piece["root"].tolist() for piece in found] == [[9, 9], [1, 1], [4, 4]]


SLOW = """
import sys, time
from pathlib import Path
from figures import run_pieces

def slow(number, folder, each_step):
    Path(folder, f"begun_{number}").touch()
    time.sleep(2)
    return {"number": number}

if __name__ == "__main__":
    folder = sys.argv[1]
    run_pieces(slow, [{"number": i, "folder": folder} for i in range(4)], folder=folder, workers=2)
"""


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_a_terminal_s_interruption_finishes_what_is_under_way_and_begins_no_more(tmp_path):
    """Ctrl-C reaches the children as well as the parent."""
    script = tmp_path / "slow.py"
    script.write_text(SLOW)
    # what runs in the background may have been started deaf to it
    listen = lambda: signal.signal(signal.SIGINT, signal.SIG_DFL)  # noqa: E731
    run = subprocess.Popen(
        [sys.executable, script, tmp_path], start_new_session=True, stderr=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": str(ROOT)}, text=True, preexec_fn=listen,
    )  # fmt: skip
    while not list(tmp_path.glob("begun_*")) and run.poll() is None:
        time.sleep(0.02)
    os.killpg(run.pid, signal.SIGINT)
    assert "KeyboardInterrupt" in run.communicate()[1]
    begun = len(list(tmp_path.glob("begun_*")))
    assert len(list(tmp_path.glob("*.npz"))) == begun <= 2


def test_the_report_counts_pieces_and_steps(tmp_path):
    reports = []
    run_pieces(root_and_process, PIECES, folder=tmp_path, report=lambda *now: reports.append(now))
    assert reports[-1] == (3, 9)
    assert reports == sorted(reports)


def test_pieces_can_be_forgotten(tmp_path):
    folder = tmp_path / "pieces"
    run_pieces(fails_above_one, [{"number": 0}], folder=folder)
    remove_pieces(folder)
    assert not folder.exists()
