"""How many of 200 ascents of the paper's protocol run away into their own bins.

There the lattice value, which is ascended, leaves the value on fresh samples by more than 0.3 nats.
All 1000 steps of each would take over an hour and a half on two cores. So each start is looked at
after 400 steps, and goes on where the two values are further apart than is usual. Whether that
loses any is checked: the first twenty are those of figure_3.ipynb, which go all the way there, and
so do twelve here of those that were left. About 55 minutes on two cores.
"""

import rmi_tf

import numpy as np
import pandas as pd
from bench import ROOT
from scipy.stats import binomtest

import data_generators
from data_generators import Spiral
from figures import remove_pieces, run_pieces

STARTS, STARTS_A_PIECE = 200, 5
LOOK, STEPS = 400, 1000
USUAL, AWAY = 0.12, 0.3  # nats between the lattice value and that on fresh samples
CHECKED = 12  # of those that were left: half of them the widest apart, the others of any kind
NEURONS, BINS, FRESH = 150, 100, 20_000
FOLDER = "build/bench_runaway"
COLUMNS = ["seed", "steps", "lattice", "heldout", "heldout_se", "correlation"]


def judged(model, seed):
    """Values on the lattice and on fresh samples, and the rank correlation with the long axis.

    None where the network is flat on some samples, which has no RMI.
    """
    spiral, value = Spiral(), rmi_tf.renormalized_mutual_information
    x, weights = spiral.lattice()
    try:
        lattice = value(model, x, weights=weights, estimator="triangular", bins=BINS)
        heldout = value(model, spiral.sample(FRESH, seed=10**6 + seed))
    except ValueError:
        return None
    along = spiral.untwist(x) @ np.linalg.eigh(spiral.covariance)[1][:, 1]
    y = rmi_tf.evaluate(model, x.astype(np.float32))[0][:, 0]
    correlation = abs(rmi_tf.rank_correlation(y, along, weights=weights))
    return [lattice.rmi, heldout.rmi, heldout.se, correlation]


def one_start(seed, looks, usual):
    """A row of COLUMNS for each look, the last one where the values are no further apart."""
    model, way = rmi_tf.network(NEURONS, seed=seed), rmi_tf.paper_protocol(*Spiral().lattice())
    done, rows = 0, []
    for steps in looks:
        try:
            rmi_tf.ascend(model, way, steps=steps - done)
            found = judged(model, seed)
        except rmi_tf.NotFiniteError:
            found = None
        done = steps
        rows.append([seed, steps, *(found or [np.nan] * 4)])
        if not found or found[0] - found[1] <= usual:
            break
    return rows


def some_starts(seeds, looks, usual, each_step):
    return {"rows": np.array([row for seed in seeds for row in one_start(seed, looks, usual)])}


def ascents(seeds, looks, usual):
    """A row a look of each start, with the gap between its two values."""
    seeds = [int(seed) for seed in seeds]
    pieces = [
        {"seeds": seeds[i : i + STARTS_A_PIECE], "looks": looks, "usual": usual}
        for i in range(0, len(seeds), STARTS_A_PIECE)
    ]
    found = run_pieces(some_starts, pieces, folder=FOLDER, code=[rmi_tf, data_generators])
    table = pd.DataFrame(np.concatenate([piece["rows"] for piece in found]), columns=COLUMNS)
    table[["seed", "steps"]] = table[["seed", "steps"]].astype(int)
    return table.assign(gap=table.lattice - table.heldout)


def chosen(left):
    """Of the starts that were left, those that go all the way as a check."""
    ordered = left.sort_values("gap").seed.to_numpy()
    others = np.linspace(0, len(ordered) - 1 - CHECKED // 2, CHECKED // 2).round().astype(int)
    return sorted({*ordered[-CHECKED // 2 :], *ordered[others]})


def main():
    table = ascents(range(STARTS), [LOOK, STEPS], USUAL)
    early, last = table[table.steps == LOOK], table.groupby("seed").tail(1).set_index("seed")
    left = early[early.gap <= USUAL]
    print(f"the paper's protocol, {STARTS} starts; gap: lattice less held out, in nats")
    print(early.gap.quantile([0, 0.25, 0.5, 0.75, 0.95, 1]).round(3).rename(f"at step {LOOK}"))
    lost, away = last.lattice.isna(), last.gap > AWAY
    print(f"\n{(last.steps == STEPS).sum()} went on to step {STEPS}; {lost.sum()} have no value")
    low, high = binomtest(int(away.sum()), STARTS).proportion_ci(0.95, method="exact")
    print(f"{away.sum()} of {STARTS} ran away, further than {AWAY}: {low:.1%} to {high:.1%} (95 %)")
    print(last[away].drop(columns="steps").round(3).to_string() if away.any() else "")

    papers = pd.read_csv(ROOT / "figures/figure_3_runs.csv").set_index("seed")
    theirs = papers.rmi_lattice - papers.rmi_heldout > AWAY
    ours = away.reindex(papers.index)
    print(f"\nof figure_3.ipynb's {len(theirs)}: {theirs.sum()} ran away, here {ours.sum()}")
    print(f"verdicts that differ: {(theirs != ours).sum()}")
    checks = ascents(chosen(left), [STEPS], np.inf)
    print(f"of {len(checks)} that were left, {(checks.gap > AWAY).sum()} run away by step {STEPS}")
    print(f"their gaps: {checks.gap.min():.3f} to {checks.gap.max():.3f}")
    remove_pieces(FOLDER)


if __name__ == "__main__":
    main()
