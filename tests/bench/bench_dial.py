"""Whether smooth features win on a dial with marks: 20 ascents against PCA, the long axis, lanes.

The spiral at one resolution of x and one of the reading, ε = 0.25 and δ = 0.1. Each ascent is of
the first-order form, `accurate_protocol` with the guard δ/ε; what it ends at is judged by
`dial_information`, on samples and draws that are the same for all and that no ascent has seen, so
that differences have paired errors. About two minutes of processor time a seed.
"""

import rmi_tf
from rmi_tf import tf

import numpy as np
import pandas as pd

import data_generators
from data_generators import Spiral
from figures import remove_pieces, run_pieces
from tests.bench.shared import Bounds
from tests.tree import ROOT

EPSILON, DELTA = 0.25, 0.1
SEEDS, STEPS, POINTS, NEURONS = 20, 1500, 2048, 150
UNSEEN, READ, DRAWS, SEED = 100_000, 4000, 1024, 10**6
LANES = (0.1, 0.25, 0.5, 1.0, 2.0)
FOLDER = "build/bench_dial"


def judged(feature):
    unseen = Spiral().sample(UNSEEN, seed=SEED).astype(np.float32)
    how = {"seed": SEED, "read": READ, "draws": DRAWS}
    return rmi_tf.dial_information(feature, unseen, EPSILON, DELTA, **how)


def one_seed(seed, each_step):
    spiral, model = Spiral(), rmi_tf.network(NEURONS, seed=seed)
    fresh = lambda step: spiral.even_points(POINTS, seed=[seed, step])  # noqa: E731
    way = rmi_tf.accurate_protocol(fresh, steps=STEPS, guard=DELTA / EPSILON)
    rmi_tf.ascend(model, way, steps=STEPS, each_step=each_step)
    y = rmi_tf.evaluate(model, spiral.lattice()[0].astype(np.float32))[0][:, 0]
    return {"y": y, "shares": judged(model).shares}


def one_feature(name, each_step):
    spiral = Spiral()
    kind, _, width = name.partition(" ")
    feature = {
        "PCA": lambda: rmi_tf.linear(
            rmi_tf.principal_components(spiral.sample(10**6, seed=1))[:, 0]
        ),
        "axis": lambda: rmi_tf.untwisted_axis(
            spiral.alpha, np.linalg.eigh(spiral.covariance)[1][:, 1]
        ),
        "lanes": lambda: lambda x: 100 * tf.floor(x[:, 0] / float(width)) + x[:, 1],
    }[kind]()
    return {"shares": judged(feature).shares}


def paired(first, second):
    """How far the first feature is ahead, in nats, and the paired standard error."""
    difference = first - second
    return difference.mean(), difference.std(ddof=1) / np.sqrt(len(difference))


def spread(y):
    x, weights = Spiral().lattice()
    features = rmi_tf.gauged(y, weights=weights, along=x[:, 0])
    return float(np.sqrt(weights @ features.var(axis=0, ddof=1)))


if __name__ == "__main__":
    bounds, code = Bounds(), [rmi_tf, data_generators]
    names = ["PCA", "axis", *(f"lanes {width}" for width in LANES)]
    others = run_pieces(one_feature, [{"name": n} for n in names], folder=FOLDER, code=code)
    seeds = [{"seed": seed} for seed in range(SEEDS)]
    ascents = run_pieces(one_seed, seeds, folder=FOLDER, code=code)
    print(f"ε = {EPSILON}, δ = {DELTA}, {STEPS} steps of {POINTS} points, {SEEDS} seeds")
    table = {}
    for name, other in zip(names, others, strict=True):
        ahead = [paired(a["shares"], other["shares"]) for a in ascents]
        table[name] = {
            "nats": other["shares"].mean(),
            "least ahead": min(difference for difference, _ in ahead),
            "in its errors": min(difference / error for difference, error in ahead),
        }
    print(pd.DataFrame(table).T.round(4).to_string())
    values = [a["shares"].mean() for a in ascents]
    print(f"ascents: {np.mean(values):.4f}, from {min(values):.4f} to {max(values):.4f} nats")
    for name, row in table.items():
        bounds.check(
            f"ahead of {name}, least of {SEEDS}", row["in its errors"], at_least=2, unit="se"
        )
    with np.load(ROOT / "figures/figure_3.npz") as arrays:
        papers = np.sqrt(Spiral().lattice()[1] @ arrays["std"].ravel() ** 2 * 20 / 19)
    bounds.check(
        "spread between features / the paper's",
        spread([a["y"] for a in ascents]) / papers,
        at_most=1,
    )
    remove_pieces(FOLDER)
    bounds.exit()
