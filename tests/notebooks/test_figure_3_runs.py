"""Fig. 3's twenty runs, bit for bit: one of them whole, the others for their first steps.

Which one is up to the commit: a failure repeats, and other commits ask for others. All twenty are
made whole where figure_3.ipynb is compared with what is stored in it.
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


def made_again(others, run, steps, each_step):
    """First steps of some runs, then one of more steps as the notebook makes it: its table row.

    All one after another, as one ascent: it is compiled once.
    """
    (x, weights), model, history = Spiral().lattice(), rmi_tf.network(seed=run), rmi_tf.History()
    protocol = rmi_tf.paper_protocol(x, weights)
    protocol.optimizer.build(model.trainable_variables)
    fresh, following = [v.numpy() for v in protocol.optimizer.variables], iter([*others, run])

    def begin_the_next(step):
        if step % FIRST == 0 and (run := next(following, None)) is not None:
            model.set_weights(rmi_tf.network(seed=run).get_weights())
            for variable, value in zip(protocol.optimizer.variables, fresh, strict=True):
                variable.assign(value)

    begin_the_next(0)
    before = FIRST * len(others)
    how = {"history": history, "each_step": begin_the_next}
    rmi_tf.ascend(model, protocol, steps=before + steps, **how)
    begun = np.reshape(history.rmi[:before], (len(others), FIRST))
    how = {"weights": weights, "lattice": True, "estimator": "triangular"}
    lattice = rmi(model, x, bins=100, **how)
    unseen = rmi(model, Spiral().sample(200_000, seed=0), order=False)
    row = [run, lattice.rmi, unseen.rmi, unseen.se]
    return {"begun": begun, "rmi": history.rmi[before:], "row": row}


@CLASS
@pytest.mark.slow
def test_one_run_is_made_again_and_the_others_begin_as_they_did(tmp_path):
    whole, *others = shuffled()
    *half, last = others[10:]
    pieces = [{"others": half, "run": last, "steps": FIRST}]
    pieces += [{"others": others[:10], "run": whole, "steps": STEPS}]
    again = run_pieces(made_again, pieces, folder=tmp_path, code=[rmi_tf, data_generators])
    paths = pd.read_csv(FIGURES / "figure_3d.csv").pivot(index="run", columns="step").rmi
    for piece, found in zip(pieces, again, strict=True):
        run, runs, committed = piece["run"], piece["others"], paths.to_numpy()
        np.testing.assert_array_equal(
            found["rmi"].round(6), committed[run, : piece["steps"]], f"run {run}"
        )
        np.testing.assert_array_equal(
            found["begun"].round(6), committed[runs, :FIRST], f"runs {runs}"
        )
    columns = ["seed", "rmi_lattice", "rmi_heldout", "rmi_heldout_se"]
    row = pd.read_csv(FIGURES / "figure_3_runs.csv").loc[whole, columns]
    np.testing.assert_array_equal(again[1]["row"], row)


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
