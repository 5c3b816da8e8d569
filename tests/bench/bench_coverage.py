"""How often a nominal 95 % interval, rmi ± 1.96 se, holds the truth: 400 draws of 10,000 samples.

Prints a table and exits with status 1 where the coverage is out of its bounds: 92 to 98 % for
independent samples, 90 % and more for series, chains and weights. Works on (y, log volume)
directly, so that it takes some minutes. Each case is a process of its own on one thread.
"""

import math
import sys
import time

import rmi_tf
from rmi_tf import rmi_from_terms

import numpy as np
from scipy import signal

import data_generators
from data_generators import WavePacket
from figures import remove_pieces, run_pieces
from tests.literal import literal_rmi

N = 10_000
REPLICATIONS = 400
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


def gaussian_pair(n, seed):
    """Two independent normals."""
    return np.random.default_rng(seed).normal(size=(n, 2)), np.zeros(n)


def exponential_pair(n, seed):
    """Two independent exponentials."""
    return np.random.default_rng(seed).exponential(size=(n, 2)), np.zeros(n)


def series(tau, components):
    """Stationary Gaussian series with correlations e^(-k/τ)."""

    def drawn(n, seed):
        r = math.exp(-1 / tau)
        noise = np.random.default_rng(seed).normal(size=(n + 20 * tau, components))
        return signal.lfilter([math.sqrt(1 - r**2)], [1, -r], noise, axis=0)[-n:], np.zeros(n)

    return drawn


def metropolis(step, components):
    """A chain on unit Gaussians by normal steps of this deviation; refused ones leave it there."""

    def drawn(n, seed):
        generator = np.random.default_rng(seed)
        moves = step * generator.normal(size=(n + 1000, components))
        chances, x = np.log(generator.random(n + 1000)), np.zeros(components)
        chain = np.empty_like(moves)
        for i, (move, chance) in enumerate(zip(moves, chances, strict=True)):
            if chance < 0.5 * (np.sum(x**2) - np.sum((x + move) ** 2)):
                x = x + move
            chain[i] = x
        return chain[1000:], np.zeros(n)

    return drawn


def reweighted(width, components):
    """Normals of a larger width, weighted as unit ones; effectively 6900 and more of 10,000."""

    def drawn(n, seed):
        y = width * np.random.default_rng(seed).normal(size=(n, components))
        weights = np.exp(0.5 * np.sum((y / width) ** 2 - y**2, axis=1))
        return y, np.zeros(n), weights

    return drawn


def position_truth():
    """From a large sample, independent of all others."""
    return rmi_from_terms(*normalized_position(TRUTH_N, TRUTH_SEED)).rmi


INDEPENDENT, AS_IT_COMES = (0.92, 0.98), (0.90, 1.0)


def cases():
    """name -> samples with their log volumes (and weights), their RMI, the bounds of its coverage.

    A bijection of x has the RMI H(x). A function, so that its source counts among what a stored
    piece depends on.
    """
    found = {
        "linear": (linear, lambda: NORMAL, INDEPENDENT),
        "normalized_position": (normalized_position, position_truth, INDEPENDENT),
        "exponential": (exponential, lambda: NORMAL, INDEPENDENT),
        "gaussian pair": (gaussian_pair, lambda: 2 * NORMAL, INDEPENDENT),
        "exponential pair": (exponential_pair, lambda: 2.0, INDEPENDENT),
        "curved pair": (curved_pair, lambda: 2 * NORMAL, INDEPENDENT),
    }
    for k in (1, 2):
        for tau in (5, 20, 50):
            found[f"series {tau}, K = {k}"] = (series(tau, k), lambda k=k: k * NORMAL, AS_IT_COMES)
        for step in {1: (0.5, 2, 10), 2: (0.5, 1.5, 3)}[k]:
            name = f"Metropolis {step:g}, K = {k}"
            found[name] = (metropolis(step, k), lambda k=k: k * NORMAL, AS_IT_COMES)
        name = f"reweighted, K = {k}"
        found[name] = (reweighted(1.5, k), lambda k=k: k * NORMAL, AS_IT_COMES)
    return found


CASES = cases()


def errors(name, truth, replications, *, n=N):
    """Error and standard error of each replication, (replications, 2)."""
    drawn = cases()[name][0]
    rows = []
    for seed in range(1, replications + 1):
        y, volume, *weights = drawn(n, seed)
        result = rmi_from_terms(y, volume, weights=weights[0] if weights else None)
        rows.append((result.rmi - truth, result.se))
    return np.array(rows)


def covered(off):
    """How many of the 95 % intervals hold the truth."""
    return np.count_nonzero(np.abs(off[:, 0]) <= 1.96 * off[:, 1])


def one_case(name, replications, n, each_step):
    start = time.perf_counter()
    value = cases()[name][1]()
    off = errors(name, value, replications, n=n)
    return {"truth": value, "off": off, "seconds": time.perf_counter() - start}


def main():
    good = True
    print("case                  truth     bias   spread  mean se  covered  seconds", flush=True)
    common = {"replications": REPLICATIONS, "n": N}
    pieces = [common | {"name": name} for name in CASES]
    code = [rmi_tf, data_generators, literal_rmi]
    found = run_pieces(one_case, pieces, folder=FOLDER, code=code)
    for (name, (_, _, (least, most))), case in zip(CASES.items(), found, strict=True):
        off = case["off"]
        share = covered(off) / REPLICATIONS
        good &= least <= share <= most
        print(
            f"{name:20s} {case['truth']:6.4f} {off[:, 0].mean():8.5f} "
            f"{off[:, 0].std():8.5f} {off[:, 1].mean():8.5f} {share:7.1%} {case['seconds']:8.1f}"
        )
    remove_pieces(FOLDER)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
