"""Estimators against exact answers: bias and spread of the entropy, invariance under Eq. (2), time.

Each distribution is drawn many times, with seeds of their own. The bias is the mean of the estimate
less the same samples' mean of -ln p, whose expectation is the exact entropy: the two scatter
together, so a tenth of a bound is resolved in a few dozen draws.

Each distribution is a process of its own on one thread. Times are measured anew whenever the study
goes on: one from an earlier execution is no measurement beside another. Some minutes.
"""

import time

import rmi_tf
from rmi_tf.estimators.neighbours import NEIGHBOURS

import numpy as np
from scipy import stats

import data_generators
from data_generators import WavePacket
from figures import remove_pieces, run_pieces
from tests.bench.shared import Bounds

ONE = {1_000: 400, 10_000: 100, 100_000: 10}  # samples: replications, K = 1
TWO = {1_000: 200, 10_000: 40, 100_000: 5}  # K = 2, whose histograms take longer
FOLDER = "build/bench_estimators"


class TwoGaussians:
    """0.3 N(-2, 0.5²) + 0.7 N(1, 1)."""

    def rvs(self, n, random_state):
        first = random_state.random(n) < 0.3
        return random_state.normal(np.where(first, -2, 1), np.where(first, 0.5, 1))

    def logpdf(self, y):
        return np.log(0.3 * stats.norm.pdf(y, -2, 0.5) + 0.7 * stats.norm.pdf(y, 1, 1))

    def entropy(self):
        y = np.linspace(-8, 10, 20_001)  # the trapezoidal rule on a smooth density: exact
        return -np.trapezoid(np.exp(self.logpdf(y)) * self.logpdf(y), y)


class TwoGammas:
    """Two independent gammas of shape 3."""

    def rvs(self, n, random_state):
        return random_state.gamma(3, size=(n, 2))

    def logpdf(self, y):
        return stats.gamma.logpdf(y, 3).sum(axis=1)

    def entropy(self):
        return 2 * stats.gamma.entropy(3)


# Functions, so that their source counts among what a stored piece depends on.
def distributions_of(components):
    """Each with the bound on the accurate estimator's bias at n = 10,000, in nats."""
    if components == 1:
        return {
            "gaussian": (stats.norm(), 1e-3),
            "uniform": (stats.uniform(), 1e-3),
            "exponential": (stats.expon(), 1e-3),
            "mixture of two gaussians": (TwoGaussians(), 1e-3),
            "lognormal, sigma = 2": (stats.lognorm(2), 3e-3),
        }
    correlated = stats.multivariate_normal([0, 0], [[1, 0.8], [0.8, 1]])
    return {
        "gaussian, correlation 0.8": (correlated, 1e-2),
        "product of two gammas": (TwoGammas(), 1e-2),
    }


def estimators_of(components):
    """The accurate one last."""
    histograms = {
        "histogram 180": lambda y: rmi_tf.histogram_entropy(y, bins=180),
        "triangular 100": lambda y: rmi_tf.triangular_entropy(y, bins=100),
    }
    if components == 1:
        return histograms | {"spacings": rmi_tf.spacings_entropy}
    return histograms | {"neighbours": lambda y: NEIGHBOURS.surprisals_of(y).mean()}


def entropies(distribution, n, replications, estimators):
    """H of each replication by each estimator and, last, by the exact density."""
    rows = []
    for seed in range(replications):
        y = distribution.rvs(n, random_state=np.random.default_rng([n, seed]))
        exact = -np.mean(distribution.logpdf(y))
        rows.append([*(float(entropy(y)) for entropy in estimators.values()), exact])
    return np.array(rows)


def one_distribution(name, components, sizes, each_step):
    """`entropies` for each number of samples, by its name."""
    distribution, _ = distributions_of(components)[name]
    estimators = estimators_of(components)
    return {str(n): entropies(distribution, n, many, estimators) for n, many in sizes}


def bench_bias(bounds, components, sizes):
    distributions, estimators = distributions_of(components), estimators_of(components)
    accurate = list(estimators)[-1]
    common = {"components": components, "sizes": list(sizes.items())}
    pieces = [common | {"name": name} for name in distributions]
    code = [rmi_tf, data_generators]
    found = run_pieces(one_distribution, pieces, folder=FOLDER, code=code)
    checks = []
    print("bias ± its standard error, and spread (standard deviation), of the entropy in nats")
    print(f"{'':<25} {'exact':>7} {'n':>6}", *(f"{name:^29}" for name in estimators))
    for (name, (distribution, most)), case in zip(distributions.items(), found, strict=True):
        exact = distribution.entropy()
        for n, replications in sizes.items():
            values = case[str(n)]
            errors = values[:, :-1] - values[:, -1:]
            bias, spread = errors.mean(axis=0), values.std(axis=0, ddof=1)
            unsure = errors.std(axis=0, ddof=1) / np.sqrt(replications)
            columns = (
                f"{b:>10.5f} ± {u:7.5f} {s:8.5f}"
                for b, u, s in zip(bias, unsure, spread[:-1], strict=True)
            )
            print(f"{name:<25} {exact:>7.4f} {n:>6}", *columns)
            # without a spread (uniform) the two must be equal up to rounding
            off = abs(values[:, -1].mean() - exact) / (spread[-1] / replications**0.5 + 1e-9)
            assert off < 5, f"the samples are not of the density: {off:.1f} standard errors"
            if n == 10_000:
                checks.append((name, abs(bias[-1]), unsure[-1], most))
    print()
    for name, bias, unsure, most in checks:
        bounds.check(f"|bias|, {accurate}, {name}, 1e4", bias, at_most=most, unit="nats")
        bounds.check("    its standard error", unsure, at_most=most / 5, unit="nats")
    print()


def bench_invariance(bounds):
    print("Eq. (2): RMI of g(y) less that of y, K = 1, n = 10^5, a feature of the wave packet")
    y, volume = rmi_tf.evaluate(rmi_tf.normalized_position, WavePacket().chunks(100_000, seed=0))
    y, volume = y[:, 0].astype(float), volume.astype(float)
    volume -= np.log(y.std())
    y = (y - y.mean()) / y.std()
    rmi = rmi_tf.rmi_from_terms(y, volume).rmi
    maps = {
        "1e-6 y": (1e-6 * y, np.log(1e-6)),
        "1e6 y": (1e6 * y, np.log(1e6)),
        "y^3 + 5 y": (y**3 + 5 * y, np.log(3 * y**2 + 5)),
        "exp(2 y)": (np.exp(2 * y), np.log(2) + 2 * y),
    }
    for name, (mapped, log_slope) in maps.items():
        moved = rmi_tf.rmi_from_terms(mapped, volume + log_slope).rmi - rmi
        bounds.check(f"|RMI of {name} less that of y|", abs(moved), at_most=1e-3, unit="nats")
    print()


def bench_time(bounds, *, n=300_000, repeats=5):
    print(f"time of the corrected estimate beside that of the samples, K = 1, n = {n}")
    estimate, samples = [], []
    for _ in range(repeats):
        started = time.perf_counter()
        y, volume = rmi_tf.evaluate(rmi_tf.normalized_position, WavePacket().chunks(n, seed=0))
        evaluated = time.perf_counter()
        rmi_tf.rmi_from_terms(y, volume)
        estimate.append(time.perf_counter() - evaluated)
        samples.append(evaluated - started)
    # the least of several: what other work on the computer has disturbed least
    print(f"drawing and evaluating {min(samples):.3f} s, the estimate {min(estimate):.3f} s")
    bounds.check("the estimate's share", min(estimate) / min(samples), at_most=0.1)
    print()


def main():
    bounds = Bounds()
    bench_time(bounds)
    bench_invariance(bounds)
    bench_bias(bounds, 1, ONE)
    bench_bias(bounds, 2, TWO)
    remove_pieces(FOLDER)
    bounds.exit()


if __name__ == "__main__":
    main()
