"""How often the comparison calls a feature the better one: 300 draws of 5,000 samples a case.

Two linear features of a Gaussian, whose difference is known: none, or 5 standard errors. They are
independent, correlated, or nearly the same; for one component and for two. Takes some minutes. Each
case is a process of its own on one thread.
"""

import math

import rmi_tf
from rmi_tf import compare_terms

import numpy as np

from figures import remove_pieces, run_pieces
from tests.bench.shared import Bounds

N = 5000
REPLICATIONS = 300
ANGLES = (math.pi / 2, 0.3, 0.1)
FOLDER = "build/bench_comparison"
DENSITY_NOISE = {1: 0.021, 2: 0.45}  # n times the variance of an entropy where p is known


def difference(angle, components, errors, *, n=N):
    """δ = Ĩ(v · x) - Ĩ(u · x) that is so many times its own standard error.

    With the correlation ρ of two Gaussian values, ½ (z₁² - z₂²) has variance 1 - ρ².
    """
    delta = 0.0
    for _ in range(50):  # ρ = cos(angle) exp(-δ) depends on δ but weakly
        scatter = components * (1 - (math.cos(angle) * math.exp(-delta / components)) ** 2)
        delta = errors * math.sqrt((scatter + 2 * DENSITY_NOISE[components]) / n)
    return delta


def pair(angle, components, delta, seed, *, n=N):
    """u · x and v · x, K times over, for unit vectors u and v at an angle, with their log volumes.

    The variance along u is 1, along v exp(2 δ/K).
    """
    x = np.random.default_rng(seed).normal(size=(2, n, components))
    stretched2 = math.exp(2 * delta / components) - math.cos(angle) ** 2
    worse = x[0]
    better = math.cos(angle) * x[0] + math.sqrt(stretched2) * x[1]
    return {"worse": (worse, np.zeros(n)), "better": (better, np.zeros(n))}


def called_better(angle, components, errors, *, replications=REPLICATIONS, n=N):
    """The share of draws in which either feature is called better than the other; (2,)."""
    delta = difference(angle, components, errors, n=n)
    count = dict.fromkeys(("better", "worse"), 0)
    for seed in range(replications):
        best, other = compare_terms(pair(angle, components, delta, seed, n=n)).rows
        count[best.feature] += other.verdict == "worse"
    return count["better"] / replications, count["worse"] / replications


def one_case(angle, components, errors, replications, n, each_step):
    better, worse = called_better(angle, components, errors, replications=replications, n=n)
    return {"better": better, "worse": worse}


def main():
    bounds = Bounds()
    common = {"replications": REPLICATIONS, "n": N}
    pieces = [
        common | {"components": K, "angle": angle, "errors": errors}
        for K in (1, 2)
        for angle in ANGLES
        for errors in (0, 5)
    ]
    found = run_pieces(one_case, pieces, folder=FOLDER, code=[rmi_tf])
    for piece, case in zip(pieces, found, strict=True):
        what = f"K = {piece['components']}, correlation {math.cos(piece['angle']):z.3f}"
        if piece["errors"] == 0:
            either = float(case["better"] + case["worse"])
            bounds.check(f"{what}: no difference", either, at_most=0.08)
        else:
            bounds.check(f"{what}: 5 standard errors", float(case["better"]), at_least=0.95)
    remove_pieces(FOLDER)
    bounds.exit()


if __name__ == "__main__":
    main()
