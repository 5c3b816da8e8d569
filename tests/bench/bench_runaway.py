"""How many of 200 ascents of the paper's protocol run away into their own bins.

There the lattice value, which is ascended, leaves the value on fresh samples by more than 0.3 nats.
The first twenty are the runs of figure_3.ipynb, and the others are made as they are. No step can be
saved: they part late (one at 0.05 nats after 800 steps was at 0.28 after 1000). A start takes 70 s
of processor time, so a call does what fits into 50 minutes, adds it to figures/figure_3_starts.csv,
and the next call goes on: two of them for 200 on two cores.
"""

import time

import rmi_tf
from rmi_tf import renormalized_mutual_information as rmi

import joblib
import numpy as np
import pandas as pd
from scipy.stats import binomtest

import data_generators
from data_generators import Spiral
from figures import remove_pieces, run_pieces, save_table
from tests.tree import ROOT

STARTS, STEPS, NEURONS, BINS = 200, 1000, 150, 100
FRESH, SEED = 200_000, 0  # as in figure_3.ipynb
AWAY = 0.3  # nats
MINUTES = 50
AT_ONCE = 2 * joblib.cpu_count()  # starts between two looks at the clock
FOLDER = "build/bench_runaway"
TABLE, RUNS = (ROOT / "figures" / f"figure_3_{name}.csv" for name in ("starts", "runs"))
COLUMNS = ["seed", "rmi_lattice", "rmi_heldout", "rmi_heldout_se"]


def one_start(seed, each_step):
    """Where an ascent ends; nan where its objective or its values do."""
    spiral, model = Spiral(), rmi_tf.network(NEURONS, seed=seed)
    x, weights = spiral.lattice()
    try:
        rmi_tf.ascend(model, rmi_tf.paper_protocol(x, weights), steps=STEPS, each_step=each_step)
        lattice = rmi(model, x, weights=weights, lattice=True, estimator="triangular", bins=BINS)
        heldout = rmi(model, spiral.sample(FRESH, seed=SEED))
    except (rmi_tf.NotFiniteError, ValueError):
        return {"row": [seed, np.nan, np.nan, np.nan]}
    return {"row": [seed, lattice.rmi, heldout.rmi, heldout.se]}


def known():
    """The starts so far: those of the figure, and the stored ones where these have its bits."""
    papers = pd.read_csv(RUNS)[COLUMNS]
    stored = pd.read_csv(TABLE) if TABLE.exists() else papers
    return stored if stored.head(len(papers)).equals(papers) else papers


def more(table):
    """The table with as many more starts as fit into a call."""
    seeds = [seed for seed in range(STARTS) if seed not in set(table.seed)]
    began = time.monotonic()
    for i in range(0, len(seeds), AT_ONCE):
        if time.monotonic() - began > 60 * MINUTES:
            break
        pieces = [{"seed": seed} for seed in seeds[i : i + AT_ONCE]]
        found = run_pieces(one_start, pieces, folder=FOLDER, code=[rmi_tf, data_generators])
        rows = pd.DataFrame([piece["row"] for piece in found], columns=COLUMNS)
        table = pd.concat([table, rows.astype({"seed": int})], ignore_index=True)
        save_table(table, TABLE)
        remove_pieces(FOLDER)
    return table


def report(table):
    gap = table.rmi_lattice - table.rmi_heldout
    away, n = int((gap > AWAY).sum()), len(table)
    low, high = binomtest(away, n).proportion_ci(0.95, method="exact")
    print(f"{away} of {n} starts ran away: {low:.1%} to {high:.1%} (95 %)")
    print(f"{table.rmi_lattice.isna().sum()} have no value")
    print(gap.quantile([0, 0.05, 0.5, 0.95, 1]).round(3).rename("lattice less held out, nats"))
    print(table[gap > AWAY].round(3).to_string(index=False))
    if n < STARTS:
        print(f"{STARTS - n} are left: the same command goes on")


if __name__ == "__main__":
    report(more(known()))
