"""Files: the same bytes each time, whole or not at all; provenance that tells the truth."""

import hashlib
import io
import json
import os
import platform
import subprocess
import sys
import time
import zipfile
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

import figures
from figures import style
from figures.save import memory, provenance


def draw():
    """A figure with all that could vary: text, mathematics, a legend, an image, a clipped curve."""
    with style.paper():
        figure, (left, right) = plt.subplots(1, 2, figsize=(style.TWO_COLUMN_WIDTH, 2.5))
        x = np.linspace(0, 1, 50)
        left.plot(x, np.sin(9 * x), label=r"$\sqrt{\langle\xi^2\rangle}$")
        left.set_ylim(-0.5, 0.5)
        left.legend()
        right.imshow(np.outer(x, x))
    return figure


def save(folder):
    figure = draw()
    with style.paper():
        figures.save_figure(figure, folder, "figure")
    plt.close(figure)
    figures.save_table(pd.DataFrame({"x": [0.1, 1 / 3], "of": ["a", "b"]}), folder / "table.csv")
    figures.save_arrays(folder / "arrays.npz", x=np.arange(3.0), y=np.ones((2, 2), np.float32))


NAMES = ("figure.pdf", "figure.png", "table.csv", "arrays.npz")


def test_two_processes_at_two_times_write_the_same_bytes(tmp_path):
    save(tmp_path)
    time.sleep(2)  # the resolution of a date in a zip file
    other = tmp_path / "other"
    other.mkdir()
    code = f"from tests.figures.test_files import Path, save; save(Path({str(other)!r}))"
    environment = os.environ | {
        "PYTHONHASHSEED": "7",
        "MPLBACKEND": "agg",
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    subprocess.run([sys.executable, "-c", code], check=True, env=environment)
    for name in NAMES:
        assert (tmp_path / name).read_bytes() == (other / name).read_bytes(), name


def test_the_readers_own_settings_do_not_change_a_picture(tmp_path):
    save(tmp_path)
    expected = (tmp_path / "figure.png").read_bytes()
    with plt.rc_context({"font.size": 20, "lines.linewidth": 5, "savefig.bbox": "tight"}):
        save(tmp_path)
        assert plt.rcParams["font.size"] == 20
    assert (tmp_path / "figure.png").read_bytes() == expected


def test_a_pdf_keeps_its_width_and_its_text_as_text(tmp_path):
    save(tmp_path)
    pdf = (tmp_path / "figure.pdf").read_bytes()
    assert f"/MediaBox [ 0 0 {72 * style.TWO_COLUMN_WIDTH:.0f} 180 ]".encode() in pdf
    assert b"CreationDate" not in pdf
    assert b"/Subtype /Type3" not in pdf


def test_a_table_gives_back_every_number_exactly(tmp_path):
    generator = np.random.default_rng(1)
    values = generator.normal(size=1000) * 10.0 ** generator.integers(-300, 300, size=1000)
    table = pd.DataFrame({"x": values, "n": np.arange(1000)})
    figures.save_table(table, tmp_path / "table.csv")
    read = pd.read_csv(tmp_path / "table.csv")
    pd.testing.assert_frame_equal(read, table, check_exact=True)
    assert b"\r" not in (tmp_path / "table.csv").read_bytes()


def test_arrays_give_back_values_and_types_and_hold_no_date(tmp_path):
    single = np.arange(6, dtype=np.float32).reshape(2, 3)
    figures.save_arrays(tmp_path / "arrays.npz", single=single, x=np.array([np.nan, 1.0]))
    with np.load(tmp_path / "arrays.npz") as read:
        assert read["single"].dtype == np.float32
        np.testing.assert_array_equal(read["single"], single)
        np.testing.assert_array_equal(read["x"], [np.nan, 1.0])
    with zipfile.ZipFile(tmp_path / "arrays.npz") as archive:
        assert {member.date_time[0] for member in archive.infolist()} == {1980}


def test_arrays_of_objects_are_refused_and_the_old_file_stays(tmp_path):
    figures.save_arrays(tmp_path / "arrays.npz", x=np.ones(3))
    old = (tmp_path / "arrays.npz").read_bytes()
    with pytest.raises(ValueError, match="allow_pickle"):
        figures.save_arrays(tmp_path / "arrays.npz", x=np.array([object()]))
    assert (tmp_path / "arrays.npz").read_bytes() == old


def test_an_interrupted_write_leaves_the_old_file_whole_and_nothing_else(tmp_path, monkeypatch):
    save(tmp_path)
    old = {name: (tmp_path / name).read_bytes() for name in NAMES}

    def write_half(path, content):
        with path.open("wb") as file:
            file.write(content[: len(content) // 2])
        raise OSError("No space left on device")

    monkeypatch.setattr(Path, "write_bytes", write_half)
    for attempt in (
        lambda: figures.save_table(pd.DataFrame({"x": [2.0]}), tmp_path / "table.csv"),
        lambda: figures.save_arrays(tmp_path / "arrays.npz", x=np.zeros(9)),
        lambda: figures.save_figure(plt.figure(), tmp_path, "figure"),
    ):
        with pytest.raises(OSError, match="No space left"):
            attempt()
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == old


def test_the_output_folder_is_found_from_the_projects_root(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    root = Path(figures.__file__).parents[1]
    assert figures.output_folder("figures") == root / "figures"
    assert figures.output_folder(tmp_path / "new" / "folder").is_dir()
    (tmp_path / "file").touch()
    with pytest.raises(
        NotADirectoryError, match=r"output: expected a folder, but .*file is a file"
    ):
        figures.output_folder(tmp_path / "file")


def test_a_figure_is_saved_for_print_and_shown_for_a_screen(tmp_path):
    shown = figures.show_figure(tmp_path, "figure", draw)
    by_hand = tmp_path / "by_hand"
    by_hand.mkdir()
    save(by_hand)
    for name in ("figure.pdf", "figure.png"):
        assert (tmp_path / name).read_bytes() == (by_hand / name).read_bytes()
    assert plt.imread(tmp_path / "figure.png").shape[:2] == (750, 2100)
    assert plt.imread(io.BytesIO(shown.data)).shape[:2] == (375, 1050)
    assert shown.width == style.NOTEBOOK_WIDTH


def test_the_record_of_a_notebook_has_its_parameters_but_for_seed_and_folder():
    notebook: dict = {}
    cells = ["before = 1", "b: int = 3\na: list[int] = [1]\nseed: int = 0\noutput: str = 'build'"]
    for cell in [*cells, "b = 7  # what papermill was given", "after = 2"]:
        exec(cell, notebook)
    assert list(figures.recorded_parameters(notebook).items()) == [("b", 7), ("a", [1])]


def write_provenance(folder, **changed):
    (folder / "data.csv").write_bytes(b"x\n1.0\n")
    options = {
        "parameters": {"n_samples": 300_000, "noise_max": 0.4, "output": "build"},
        "seed": 7,
        "data_files": [folder / "data.csv"],
        "started": datetime.now(UTC) - timedelta(seconds=60),
    }
    figures.save_provenance(folder / "figure.json", **(options | changed))
    return json.loads((folder / "figure.json").read_text())


def test_provenance_is_true(tmp_path):
    record = write_provenance(tmp_path)
    assert record["parameters"] == {"n_samples": 300_000, "noise_max": 0.4, "output": "build"}
    assert record["seed"] == 7
    assert record["versions"] == {
        "python": platform.python_version(),
        "numpy": np.__version__,
        "scipy": version("scipy"),
        "tensorflow": version("tensorflow"),
        "matplotlib": version("matplotlib"),
    }
    assert record["sha256"] == {"data.csv": hashlib.sha256(b"x\n1.0\n").hexdigest()}
    assert 60 <= record["wall_time"] < 120
    age = datetime.now(UTC) - datetime.fromisoformat(record["date"])
    assert timedelta(seconds=59) < age < timedelta(seconds=120)
    assert 1 <= record["cores"] <= os.cpu_count()
    assert record["processor"]


HELD = """
import numpy
from figures.save.memory import peak_memory
before = peak_memory()
numpy.ones(3 * 10**8 // 8)
print(before, peak_memory())
"""


def test_provenance_tells_the_most_memory_that_was_held(tmp_path):
    assert write_provenance(tmp_path)["peak_memory_mb"] > 100
    command = [sys.executable, "-c", HELD]
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    before, after = map(int, printed.split())
    # what was held when the 300 MB came may have been up to as much below the peak
    assert before < after and 300 <= after <= before + 310


def test_provenance_tells_of_the_largest_worker_where_there_was_one(tmp_path, monkeypatch):
    monkeypatch.setattr(memory, "of_workers", [])
    assert "peak_memory_of_a_worker_mb" not in write_provenance(tmp_path)
    memory.of_workers += [500, 700, 600]
    assert write_provenance(tmp_path)["peak_memory_of_a_worker_mb"] == 700


def test_provenance_refuses_a_time_without_its_zone_and_missing_data(tmp_path):
    with pytest.raises(ValueError, match="started: expected a time with its zone"):
        write_provenance(tmp_path, started=datetime.now())
    with pytest.raises(FileNotFoundError, match=r"missing\.csv"):
        write_provenance(tmp_path, data_files=[tmp_path / "missing.csv"])
    assert not (tmp_path / "figure.json").exists()


def test_provenance_knows_the_commit_and_changes_of_source_alone(tmp_path, monkeypatch):
    repository = (tmp_path / "repository").resolve()
    (repository / "figures" / "draw").mkdir(parents=True)
    monkeypatch.setattr(provenance, "ROOT", repository)
    assert write_provenance(tmp_path)["commit"] is None
    assert write_provenance(tmp_path)["dirty"] is None

    def git(*arguments):
        names = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
        command = ["git", "-C", str(repository), *names, *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    for name in ("figures/figure_2.pdf", "figures/draw/style.py"):
        (repository / name).write_text("old")
    git("init", "-q")
    git("add", ".")
    git("commit", "-q", "-m", "Start")
    (repository / "figures/figure_2.pdf").write_text("new")
    (repository / "untracked.py").touch()
    record = write_provenance(tmp_path)
    assert (record["commit"], record["dirty"]) == (git("rev-parse", "HEAD"), False)
    (repository / "figures/draw/style.py").write_text("new")
    assert write_provenance(tmp_path)["dirty"] is True
    # A project unpacked inside another one's repository.
    monkeypatch.setattr(provenance, "ROOT", repository / "figures")
    assert write_provenance(tmp_path)["commit"] is None
