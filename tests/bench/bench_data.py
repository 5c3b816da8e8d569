"""Data as they come: what is right, what is found, and what is refused with which words.

Series, chains, weights, rounded and piled up values, densities that are not smooth; 10,000 samples
where nothing else is said, and log volumes of 0. Prints a table and exits with status 1 where a
value is off by more than 4 of its errors without a word. A minute.
"""

import math
import sys
import warnings

import rmi_tf
from rmi_tf import renormalized_mutual_information, rmi_from_terms

import numpy as np
from scipy import stats

from data_generators import narrow_peaks
from tests.bench.bench_coverage import metropolis, reweighted, series

N = 10_000
NORMAL = 0.5 * math.log(2 * math.pi * math.e)
FAR = 4  # standard errors


def of_terms(y, volume=None, **how):
    volume = np.zeros(len(y)) if volume is None else volume
    return lambda: rmi_from_terms(y, volume, **how)


def of_feature(feature, x, **how):
    return lambda: renormalized_mutual_information(feature, x, **how)


def product(x):
    return x[:, 0] * x[:, 1]


def chains():
    for tau in (50, 500):
        for k in (1, 2):
            yield f"series, τ = {tau}, K = {k}", k * NORMAL, of_terms(*series(tau, k)(N, 0))
    once = np.random.default_rng(1).normal(size=N // 4)
    yield "every row four times", NORMAL, of_terms(np.repeat(once, 4))
    yield "the table four times", NORMAL, of_terms(np.tile(once, 4))
    yield "a sorted table", NORMAL, of_terms(np.sort(once))
    yield "the same, order=False", NORMAL, of_terms(np.sort(once), order=False)
    for step, k in ((6, 1), (2.5, 2)):
        y, volume = metropolis(step, k)(N, 0)
        refused = np.mean(np.all(np.diff(y, axis=0) == 0, axis=1))
        name = f"Metropolis, {refused:.0%} refused, K = {k}"
        yield name, k * NORMAL, of_terms(y, volume)
    for k in (1, 2):
        y, volume, weights = reweighted(1.5, k)(N, 0)
        for estimator in ("corrected", "histogram"):
            how = {"weights": weights, "estimator": estimator}
            name = f"weights, K = {k}, {estimator}"
            yield name, k * NORMAL, of_terms(y, volume, **how)


def rounded():
    x, generator = np.random.default_rng(2).normal(size=(N, 2)), np.random.default_rng(3)
    coarse = np.round(x - 0.05, 1) + 0.05  # without a 0, where the product has no gradient
    yield "x₁ x₂ on a grid of 0.1", 1.146, of_feature(product, coarse)
    yield "the same, spread_seed=0", 1.146, of_feature(product, coarse, spread_seed=0)
    fine = np.round(x / 0.05) * 0.05
    fine = fine[np.any(fine != 0, axis=1)]
    yield "angle on a grid of 0.05", 1.896, of_feature(rmi_tf.polar_angle, fine)
    spread = of_feature(rmi_tf.polar_angle, fine, spread_seed=0)
    yield "the same, spread_seed=0", 1.896, spread
    atoms, share = x[:, 0].copy(), generator.random(N)
    atoms[share < 0.09], atoms[share > 0.91] = 0, 1
    yield "9 % at 0, 9 % at 1", -math.inf, of_terms(atoms)
    pair = x.copy()
    pair[generator.random(N) < 0.4, 1] = 0
    yield "a component 0 on 40 %", -math.inf, of_terms(pair)
    yield "y in single precision", NORMAL, of_terms(x[:, 0].astype(np.float32))


def stretched():
    y = 3 * np.random.default_rng(4).normal(size=(N, 2))
    exact = 2 * (NORMAL + math.log(3))
    yield "pair of deviation 3", exact, of_terms(y)
    yield "its tanh", exact, of_terms(np.tanh(y), -2 * np.log(np.cosh(y)).sum(axis=1))
    yield "its exp", exact, of_terms(np.exp(y), y.sum(axis=1))
    yield "y³ + 5 y of it", exact, of_terms(y**3 + 5 * y, np.log(3 * y**2 + 5).sum(axis=1))
    steps, volume = 8 + 16 * np.random.default_rng(5).random((N, 2)), 0.0
    for _ in range(3):
        volume = volume + np.log(1 - 0.95 * np.cos(2 * np.pi * steps)).sum(axis=1)
        steps = steps - 0.95 * np.sin(2 * np.pi * steps) / (2 * np.pi)
    yield "staircases", 2 * math.log(16), of_terms(steps, volume)
    u, v = y.T / 3
    for width in (0.1, 0.01):
        thin = 2 * NORMAL + math.log(width)
        yield f"(u, v), v of {width}", thin, of_terms(np.stack([u, width * v], axis=1))
        bent = np.stack([u, u**2 + width * v], axis=1)
        yield f"(u, u² + v), v of {width}", thin, of_terms(bent)
        line = np.stack([u, u + width * v], axis=1)
        yield f"(u, u + v), v of {width}", thin, of_terms(line)
    for n in (1000, N):
        generator = np.random.default_rng(n)
        wells = generator.integers(0, 8, n) + 0.01 * generator.normal(size=n)
        yield f"8 wells, n = {n}", NORMAL + math.log(0.08), of_terms(wells)
        peaks = narrow_peaks(2)
        yield f"8 peaks, K = 2, n = {n}", peaks.entropy, of_terms(peaks.sample(n, seed=1))
    square = np.random.default_rng(6).random((N, 2))
    yield "a square", 0.0, of_terms(square)
    turn = np.array([[0.8, -0.6], [0.6, 0.8]])
    yield "a square, turned", 0.0, of_terms(square @ turn)
    t = np.random.default_rng(7).vonmises(math.pi, 20, 3000)
    around = of_terms(t, period=2 * math.pi)
    yield "angle, mode at ±π, n = 3000", stats.vonmises(20).entropy(), around


def main():
    missed = 0
    print(f"{'':32}  {'right':>7}  {'found':>18}  off/se  told")
    for group in (chains, rounded, stretched):
        for name, right, call in group():
            with warnings.catch_warnings(record=True) as told:
                warnings.simplefilter("always")
                try:
                    result = call()
                except ValueError as error:
                    print(f"{name:32}  {right:7.3f}  {'refused':>18}  {'':6}  {error}")
                    continue
            words = "; ".join(str(warning.message) for warning in told)
            off = (result.rmi - right) / result.se
            missed += abs(off) > FAR and not words
            found = f"{result.rmi:8.4f} ± {result.se:.4f}"
            print(f"{name:32}  {right:7.3f}  {found:>18}  {off:6.1f}  {words}", flush=True)
    return f"{missed} values are off without a word" if missed else 0


if __name__ == "__main__":
    sys.exit(main())
