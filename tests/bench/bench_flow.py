"""Entropy of K = 3 to 20 components by flows and mixtures, against known densities, five seeds.

The error is that against the mean of the exact -ln p of the same samples, which takes away what
the samples scatter by. A fit's time is its own processor's, on one thread.
"""

import time
import warnings

import rmi_tf
from rmi_tf import rmi_from_terms

import numpy as np

import data_generators
from data_generators import known_entropies
from figures import remove_pieces, run_pieces
from tests.bench.shared import Bounds

SEEDS = range(1, 6)
BOUNDS = {3: 0.02, 5: 0.04, 10: 0.08, 20: 0.35}  # nats, at n = 10,000
OF_SPIRALS = {10_000: 0.20, 30_000: 0.10}  # at K = 10
MORE, OF_MORE = 30_000, 0.06  # at K = 10
OF_GAUSSIANS = 0.015
OF_TAILS, OF_PEAKS = {5: 0.03, 10: 0.03}, {3: 0.08, 5: 0.08, 10: 0.08}
COVERED, FURTHEST = 0.9, 5  # of ± 2 errors; none is further off than so many
SECONDS = 180
FOLDER = "build/bench_flow"


def bound(kind, components, n):
    """Of the median of the seeds, nats."""
    if kind == "correlated_gaussian":
        return OF_GAUSSIANS
    if kind == "spirals" and components == 10:
        return OF_SPIRALS[n]
    if kind == "student_t" and components in OF_TAILS:
        return OF_TAILS[components]
    if kind == "narrow_peaks":
        return OF_PEAKS.get(components, np.inf)
    return OF_MORE if n == MORE else BOUNDS[components]


def error(kind, components, n, seed, each_step):
    """Error against the samples' own mean and against the entropy, the result's two errors."""
    known = getattr(known_entropies, kind)(components)
    y, start = known.sample(n, seed=seed), time.process_time()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that half of the samples lack much is in the table
        found = rmi_from_terms(y, np.zeros(n))
    seconds = time.process_time() - start
    off = found.rmi + known.log_density(y).mean()
    return {"row": [off, found.rmi - known.entropy, found.se, found.systematic, seconds]}


def main(bounds):
    kinds = [kind.__name__ for kind in known_entropies.KINDS]
    cases = [(kind, components, 10_000) for components in BOUNDS for kind in kinds]
    cases += [(kind, 10, MORE) for kind in kinds]
    names = ("kind", "components", "n")
    pieces = [
        dict(zip(names, case, strict=True)) | {"seed": seed} for seed in SEEDS for case in cases
    ]
    code = [rmi_tf, data_generators]
    found = run_pieces(error, pieces, folder=FOLDER, code=code)
    rows = np.reshape([piece["row"] for piece in found], (len(SEEDS), len(cases), 5))
    for case, (own, _, se, systematic, _) in zip(cases, rows.transpose(1, 2, 0), strict=True):
        kind, components, n = case
        what = f"{kind}, K = {components}, n = {n}: median error"
        bounds.check(what, np.median(np.abs(own)), at_most=bound(*case), unit="nats")
        print(
            f"    worst {np.abs(own).max():.4f}, mean {own.mean():+.4f}; errors told "
            f"{se.mean():.4f}, {systematic.mean():.4f} of it systematic"
        )
    _, off, se, _, seconds = rows.reshape(-1, 5).T
    off = np.abs(off) / se
    bounds.check("within ± 2 errors of the entropy", np.mean(off <= 2), at_least=COVERED)
    bounds.check("furthest off", off.max(), at_most=FURTHEST, unit="errors")
    bounds.check("slowest fit", seconds.max(), at_most=SECONDS, unit="s")


if __name__ == "__main__":
    bounds = Bounds()
    main(bounds)
    remove_pieces(FOLDER)
    bounds.exit()
