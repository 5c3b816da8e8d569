"""Fig. 3's twenty runs, bit for bit: two of them whole, the others for their first steps.

Which two is up to the commit: a failure repeats, and other commits ask for others.
"""

import hashlib
import subprocess

import rmi_tf
from rmi_tf import renormalized_mutual_information as rmi

import numpy as np
import pandas as pd
import pytest

import data_generators
from data_generators import Spiral
from figures import run_pieces
from tests.tree import ROOT

CLASS = pytest.mark.same_bits
FIGURES = ROOT / "figures"
RUNS, STEPS, FIRST = 20, 1000, 20


def shuffled():
    """The runs in an order of this commit's own."""
    asked = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True)
    commit = asked.stdout if asked.returncode == 0 else "outside of git"
    return sorted(range(RUNS), key=lambda run: hashlib.sha256(f"{commit} {run}".encode()).digest())


def made_again(runs, steps, each_step):
    """Their paths, as the notebook makes them, and what its table holds of the last one."""
    x, weights = Spiral().lattice()
    paths = []
    for run in runs:
        model, history = rmi_tf.network(seed=run), rmi_tf.History()
        rmi_tf.ascend(model, rmi_tf.paper_protocol(x, weights), steps=steps, history=history)
        paths.append(history.rmi)
    lattice = rmi(model, x, weights=weights, estimator="triangular", bins=100)
    unseen = rmi(model, Spiral().sample(200_000, seed=0))
    return {"paths": paths, "row": [run, lattice.rmi, unseen.rmi, unseen.se]}


@CLASS
@pytest.mark.slow
def test_two_runs_are_made_again_and_the_others_begin_as_they_did(tmp_path):
    one, other, *rest = shuffled()
    parts = [([one], STEPS), ([other], STEPS), (rest[::2], FIRST), (rest[1::2], FIRST)]
    pieces = [{"runs": runs, "steps": steps} for runs, steps in parts]
    code = [rmi_tf, data_generators]
    found = run_pieces(made_again, pieces, folder=tmp_path, code=code)
    table = pd.read_csv(FIGURES / "figure_3d.csv").pivot(index="run", columns="step").rmi
    for (runs, steps), again in zip(parts, found, strict=True):
        committed = table.loc[runs].to_numpy()[:, :steps]
        np.testing.assert_array_equal(again["paths"].round(6), committed, f"runs {runs}")
    table = pd.read_csv(FIGURES / "figure_3_runs.csv")
    columns = ["seed", "rmi_lattice", "rmi_heldout", "rmi_heldout_se"]
    rows = [again["row"] for again in found[:2]]
    np.testing.assert_array_equal(rows, table.loc[[one, other], columns])


def accurate_run(run, steps, each_step):
    """As resolution.ipynb makes it: its RMI on fresh samples, and the error of that."""
    model, spiral = rmi_tf.network(seed=run), Spiral()
    fresh = lambda step: spiral.even_points(1024, seed=[run, step])  # noqa: E731
    rmi_tf.ascend(model, rmi_tf.accurate_protocol(fresh, steps=steps), steps=steps)
    unseen = rmi(model, spiral.sample(200_000, seed=0))
    return {"row": [unseen.rmi, unseen.se]}


@CLASS
@pytest.mark.paper
def test_a_short_accurate_run_is_made_again(tmp_path):
    piece, code = {"run": 0, "steps": 300}, [rmi_tf, data_generators]
    (found,) = run_pieces(accurate_run, [piece], folder=tmp_path, code=code)
    table = pd.read_csv(FIGURES / "figure_3_later.csv").set_index(["protocol", "step", "run"])
    np.testing.assert_array_equal(found["row"], table.loc["accurate", 300, 0])
