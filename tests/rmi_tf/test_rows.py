"""Data as they come: series, repeated and weighted rows, several chains, rows without an order."""

import math
import warnings

from rmi_tf import compare_terms, rmi_from_terms
from rmi_tf.computing.rows import Rows, correlation
from rmi_tf.estimators.neighbours import NEIGHBOURS, evened
from rmi_tf.estimators.sample import Sample
from rmi_tf.estimators.spacings import SPACINGS

import numpy as np
import pytest
from scipy import signal, stats
from scipy.special import digamma

GAUSSIAN = 0.5 * math.log(2 * math.pi * math.e)
N = 10_000


def series(tau, seed, *, n=N, components=1):
    """Stationary Gaussian series with ρ_k = e^(-k/τ), (n, K)."""
    r = math.exp(-1 / tau)
    noise = np.random.default_rng(seed).normal(size=(n + math.ceil(20 * tau), components))
    return signal.lfilter([math.sqrt(1 - r**2)], [1, -r], noise, axis=0)[-n:]


def metropolis(n, seed, *, step=6.0):
    """A chain on a unit Gaussian, (n, 1), which rejects 0.8 of its moves."""
    generator = np.random.default_rng(seed)
    moves, chances = step * generator.normal(size=n + 100), np.log(generator.random(n + 100))
    x, chain = 0.0, np.empty(n + 100)
    for i, (move, chance) in enumerate(zip(moves, chances, strict=True)):
        if chance < 0.5 * (x**2 - (x + move) ** 2):
            x += move
        chain[i] = x
    return chain[100:, np.newaxis]


def found(y, **how):
    return rmi_from_terms(y, np.zeros(len(y)), **how)


# ---- how far a series is correlated ----


@pytest.mark.parametrize("tau", [2, 10, 30])
def test_the_correlation_time_is_the_exact_one(tau):
    n, away = 100_000, [series(tau, seed, n=100_000)[:, 0] for seed in range(8)]
    times = [correlation(a, Rows()).rows for a in away]
    exact = 1 / math.tanh(0.5 / tau)  # 1 + 2 Σ ρ_k
    # √(2 (2 · 6 τ' + 1)/n) of each; the window leaves out e⁻⁶ of the sum and more by its scatter
    error = exact * math.sqrt(2 * (12 * exact + 1) / n / 8)
    assert np.mean(times) == pytest.approx(exact, abs=4 * error + 0.02 * exact)


@pytest.mark.parametrize("n", [100, 1000, N])
def test_independent_rows_lose_nothing(n):
    draws = (np.random.default_rng([n, seed]).normal(size=n) ** 2 for seed in range(200))
    times = np.array([correlation(x - x.mean(), Rows()).rows for x in draws])
    # none is refused; one in forty is told to be correlated, at n = 100 by a time of two or so
    assert np.mean(times == 1) > 0.9
    assert np.mean(np.sqrt(times)) < 1.02 + 0.3 / math.sqrt(n)


def test_chains_are_not_correlated_with_each_other():
    y = series(10, 0, n=5000)[:, 0]
    whole = correlation(np.concatenate([y, y[::-1]]), Rows(chains=(5000, 5000)))
    assert whole.rows == pytest.approx(correlation(y, Rows()).rows, rel=0.05)
    # one chain after the other at two levels: each is short beside the time from one to the other
    levels = np.concatenate([series(1, 1)[:, 0] - 3, series(1, 2)[:, 0] + 3])
    with pytest.raises(ValueError, match="at least 50 correlation times"):
        correlation(levels, Rows(chains=(N, N)))


def test_too_short_a_series_and_a_sorted_table_are_refused_and_say_what_to_do():
    for y in (series(1000, 0), np.sort(series(0.1, 0), axis=0)):
        with pytest.raises(ValueError, match=r"50 correlation times, got 10000 .* order=False"):
            found(y)
    plain, shuffled = (found(y, order=False) for y in (np.sort(series(0.1, 0), axis=0), y))
    assert plain.correlation_time == shuffled.correlation_time == 1


@pytest.mark.parametrize(("tau", "components"), [(5, 1), (50, 1), (20, 2)])
def test_errors_of_series_are_their_scatter(tau, components):
    replications = 40
    results = [found(series(tau, seed, components=components)) for seed in range(replications)]
    off = np.array([one.rmi for one in results]) - components * GAUSSIAN
    error = np.array([one.se for one in results])
    # a standard deviation from 40 is known to 11 %, of which 4.5 are allowed; nothing is far off
    assert np.std(off) / np.mean(error) == pytest.approx(1, abs=0.5)
    assert abs(np.mean(off)) < 4.5 * np.std(off) / math.sqrt(replications) + 0.4 * np.mean(error)
    assert "correlated over" in repr(results[0]) and results[0].n_effective < N / 1.5


def test_equal_features_of_a_series_are_rarely_told_apart():
    worse = 0
    for seed in range(30):
        y = series(50, seed, components=2)
        rows = compare_terms({k: (y[:, k], np.zeros(N)) for k in (0, 1)}).rows
        worse += rows[1].verdict == "worse"
    assert worse <= stats.binom.isf(1e-6, 30, 0.1)


# ---- rows that come several times, and weights ----


@pytest.mark.parametrize("components", [1, 2])
@pytest.mark.parametrize("repeat", [np.repeat, lambda y, times, axis: np.tile(y, (times, 1))])
def test_repeated_rows_are_one_row(components, repeat):
    y = np.random.default_rng(0).normal(size=(2500, components))
    once, often = found(y), found(repeat(y, 4, axis=0))
    without = found(repeat(y, 4, axis=0), order=False)
    assert without.rmi == pytest.approx(once.rmi, abs=1e-9)
    # a series' value is a mean of two: with the rows within four of each, and without
    assert often.rmi == pytest.approx(once.rmi, abs=0.1 * once.se)
    assert often.se == pytest.approx(once.se, rel=0.1)  # to the scatter of the correlation time
    assert often.n_effective == pytest.approx(2500, rel=0.2)


@pytest.mark.parametrize("components", [1, 2])
def test_whole_weights_are_repeated_rows(components):
    generator = np.random.default_rng(1)
    y, times = generator.normal(size=(3000, components)), generator.integers(0, 4, 3000)
    weighted = found(y, weights=times, order=False)
    repeated = found(np.repeat(y, times, axis=0), order=False)
    assert weighted.rmi == pytest.approx(repeated.rmi, abs=1e-9)
    assert weighted.se == pytest.approx(repeated.se, rel=0.05)


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize("components", [1, 2])
def test_weights_of_next_to_nothing_in_the_tails_are_no_trouble(components, seed):
    """Drawn at four times the width: the smallest weights are lost in sums of the others."""
    y = 4 * np.random.default_rng(seed).normal(size=(20_000, components))
    weights = np.exp(0.5 * np.sum((y / 4) ** 2 - y**2, axis=1))
    assert weights.min() < 1e-30 * weights.max()
    result = found(y, weights=weights)
    assert abs(result.rmi - components * GAUSSIAN) < 5 * result.se  # 6e-7 by chance
    mirrored = found(-y[:, ::-1], weights=weights)
    # the maps' pieces begin at the other end: less than what two sets of samples would differ by
    assert mirrored.rmi == pytest.approx(result.rmi, abs=result.se)


@pytest.mark.parametrize("estimator", ["corrected", "histogram"])
@pytest.mark.parametrize("components", [1, 2])
def test_a_reweighted_sample_has_the_entropy_of_what_it_is_reweighted_to(components, estimator):
    y = 1.5 * np.random.default_rng(2).normal(size=(N, components))
    weights = np.exp(np.sum(-0.5 * y**2 + 0.5 * (y / 1.5) ** 2, axis=1))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        result = found(y, weights=weights, estimator=estimator, bins=40)
    exact = components * GAUSSIAN
    if estimator == "histogram":  # cells of 0.3 add 0.3²/24 each
        assert -result.bias_bound - 5 * result.se < result.rmi - exact < 5 * result.se + 0.01
    else:
        assert abs(result.rmi - exact) < 4.5 * result.se + 0.005
    kish = weights.sum() ** 2 / np.sum(weights**2)
    assert result.n_effective == pytest.approx(kish, rel=1e-6)


def test_a_chain_that_rejects_most_moves_is_right():
    results = [found(metropolis(N, seed)) for seed in range(10)]
    off = [(one.rmi - GAUSSIAN) / one.se for one in results]
    assert np.max(np.abs(off)) < 5.5  # ten intervals; their errors are known to 15 %
    assert all(one.n_effective < N / 4 for one in results)


# ---- literal versions ----


def literal_spacings(sample, m, apart):
    """-ln p̂ of each value, by going from one mark to the next."""
    order = np.argsort(sample.y[:, 0])
    z, mass, time = sample.y[order, 0], sample.mass[order], sample.time[order]
    surprisals = np.empty(len(z))
    for i in range(len(z)):
        ends, held, squares = [], 0.0, 0.0
        for marks in (range(i - 1, -1, -1), range(i + 1, len(z))):
            far = [j for j in marks if abs(time[j] - time[i]) > apart or not apart][:m]
            ends.append(z[far[-1]] if far else z[i])
            halves = [i, far[-1]] if far else []
            held += sum(mass[far]) + sum(mass[j] * (0.5 if j == i else -0.5) for j in halves)
            squares += sum(mass[far] ** 2)
            squares += sum(mass[j] ** 2 * (0.5 if j == i else -0.5) for j in halves)
        effective = held**2 / squares
        total = mass[(np.abs(time - time[i]) > apart) | (time == time[i])].sum()
        total = total if apart else mass.sum()
        density = held / effective * np.exp(digamma(effective)) / (total + mass.mean())
        surprisals[i] = math.log(ends[1] - ends[0]) - math.log(density)
    found = np.empty(len(z))
    found[order] = surprisals
    return found


@pytest.mark.parametrize("apart", [0, 3])
def test_weighted_spacings_are_those_of_a_literal_version(apart):
    generator = np.random.default_rng(3)
    y, mass = series(5, 3, n=200), generator.exponential(size=200)
    sample = Sample.of(y)._replace(mass=mass)
    surprisals = SPACINGS.surprisals(sample, apart=apart)
    for row, m in zip(surprisals, (8, 16), strict=True):
        assert row == pytest.approx(literal_spacings(sample, m, apart), abs=1e-9)


def test_neighbours_within_a_correlation_time_do_not_count():
    # a slow walk in small steps: without the nearest in time the balls are far larger
    y = series(20, 4, n=400, components=2)
    sample = Sample.of(y)
    near, far = (NEIGHBOURS.surprisals(sample, apart=apart)[0] for apart in (0, 10))
    z, _ = evened(sample.y, sample.mass, 16)
    time = sample.time
    for i in range(0, 400, 40):
        distance = np.linalg.norm(z - z[i], axis=1)
        counts = np.sum(distance[np.abs(time - time[i]) > 10] < distance.max())
        assert counts >= 378  # of 400, all but 21 and the furthest
    assert np.mean(far - near) > 0.05 and np.all(np.isfinite(far))


def test_maps_of_the_components_make_them_gaussian():
    y = np.stack([np.random.default_rng(5).exponential(size=5000), np.arange(5000.0)], axis=1)
    z, stretched = evened(y, np.ones(5000), 16)
    for component in z.T:
        assert (
            np.max(np.abs(np.sort(component) - stats.norm.ppf((np.arange(5000) + 0.5) / 5000)))
            < 0.3
        )
        assert stats.kstest(component, "norm").statistic < 16 / 5000
    # -ln |dz/dy| has the mean of -ln φ(z) less the entropies, 1 and ln 5000
    normal = np.mean(-np.sum(stats.norm.logpdf(z), axis=1))
    entropy = 1 + math.log(5000)
    # exponentials scatter by 1/√n; the second component, evenly spaced, is not: ln 16 - ψ(16)
    assert np.mean(stretched) == pytest.approx(
        entropy - normal + math.log(16) - digamma(16), abs=4 / math.sqrt(5000) + 0.01
    )
