"""How often a nominal 95 % interval, rmi ± 1.96 se, holds the truth: 500 draws of 10,000 samples.

Prints a table and exits with status 1 where the coverage is out of its bounds: 92 to 98 % for one
component, 90 to 98 % for two. Works on (y, log volume) directly, so that it takes a minute. Each
feature is a process of its own on one thread.
"""

import math
import sys
import time

import rmi_tf
from rmi_tf import rmi_from_terms

import numpy as np

import data_generators
from data_generators import WavePacket
from figures import remove_pieces, run_pieces
from tests.literal import literal_rmi

N = 10_000
REPLICATIONS = 500
TRUTH_SEED, TRUTH_N = 0, 2_000_000  # its own standard error is 1/14 of that at n = 10,000
NORMAL = 0.5 * math.log(2 * math.pi * math.e)
FOLDER = "build/bench_coverage"


def linear(n, seed):
    """w · x of independent normals, |w| = 3: y and log volume."""
    return 3 * np.random.default_rng(seed).normal(size=n), np.full(n, math.log(3))


def exponential(n, seed):
    """exp(2x) of a normal x, a lognormal with σ = 2."""
    x = np.random.default_rng(seed).normal(size=n)
    return np.exp(2 * x), math.log(2) + 2 * x


def normalized_position(n, seed):
    """Σ j x_j² / Σ x_j² of the wave packet at its noise of Fig. 2a, from chunks of it."""
    terms = []
    for x in WavePacket(noise=0.2).chunks(n, seed=seed):
        y, jacobian = literal_rmi.normalized_position(x)
        terms.append((y, 0.5 * np.log(np.sum(jacobian[:, 0] ** 2, axis=1))))
    return tuple(np.concatenate(parts) for parts in zip(*terms, strict=True))


def curved_pair(n, seed):
    """(exp(x₁/2), x₁ + x₂) of two normals, a bijection."""
    x1, x2 = np.random.default_rng(seed).normal(size=(2, n))
    return np.stack([np.exp(x1 / 2), x1 + x2], axis=1), x1 / 2 - math.log(2)


def position_truth():
    """From a large sample, independent of all others."""
    return rmi_from_terms(*normalized_position(TRUTH_N, TRUTH_SEED)).rmi


def cases():
    """feature -> its truth, and the bounds of its coverage; a bijection of x has the RMI H(x).

    A function, so that its source counts among what a stored piece depends on.
    """
    return {
        linear: (lambda: NORMAL, (0.92, 0.98)),
        normalized_position: (position_truth, (0.92, 0.98)),
        exponential: (lambda: NORMAL, (0.92, 0.98)),
        curved_pair: (lambda: 2 * NORMAL, (0.90, 0.98)),
    }


CASES = cases()


def errors(feature, truth, replications, *, n=N):
    """Error and standard error of each replication, (replications, 2)."""
    found = [rmi_from_terms(*feature(n, seed)) for seed in range(1, replications + 1)]
    return np.array([(result.rmi - truth, result.se) for result in found])


def covered(off):
    """How many of the 95 % intervals hold the truth."""
    return np.count_nonzero(np.abs(off[:, 0]) <= 1.96 * off[:, 1])


def one_case(name, replications, n, each_step):
    start = time.perf_counter()
    ((feature, truth),) = [(f, truth) for f, (truth, _) in cases().items() if f.__name__ == name]
    value = truth()
    off = errors(feature, value, replications, n=n)
    return {"truth": value, "off": off, "seconds": time.perf_counter() - start}


def main():
    good = True
    print("feature               truth     bias   spread  mean se  covered  seconds", flush=True)
    common = {"replications": REPLICATIONS, "n": N}
    pieces = [common | {"name": feature.__name__} for feature in CASES]
    code = [rmi_tf, data_generators, literal_rmi]
    found = run_pieces(one_case, pieces, folder=FOLDER, code=code)
    for (feature, (_, (least, most))), case in zip(CASES.items(), found, strict=True):
        off = case["off"]
        share = covered(off) / REPLICATIONS
        good &= least <= share <= most
        print(
            f"{feature.__name__:20s} {case['truth']:6.4f} {off[:, 0].mean():8.5f} "
            f"{off[:, 0].std():8.5f} {off[:, 1].mean():8.5f} {share:7.1%} {case['seconds']:8.1f}"
        )
    remove_pieces(FOLDER)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
