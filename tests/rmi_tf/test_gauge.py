from rmi_tf.gauge import UniformGauge, gauged, oriented, rank_correlation

import numpy as np
import pytest
from scipy.stats import norm, spearmanr


@pytest.fixture
def weighted():
    generator = np.random.default_rng(0)
    return generator.normal(size=500), generator.uniform(size=500)


def test_the_gauge_is_monotone_and_within_zero_and_one(weighted):
    gauge = UniformGauge.of(*weighted)
    unseen = np.sort(np.random.default_rng(1).normal(scale=3, size=1000))
    gauged = gauge(unseen)
    assert np.all(np.diff(gauged) >= 0)
    assert gauged[0] == 0
    assert gauged[-1] == 1


def test_the_gauge_of_a_known_distribution_is_its_cumulative_distribution():
    y = np.linspace(-8, 8, 10_001)
    gauge = UniformGauge.of(y, norm.pdf(y))
    unseen = np.random.default_rng(2).normal(size=1000)
    assert np.allclose(gauge(unseen), norm.cdf(unseen), rtol=0, atol=1e-6)


def test_the_gauged_feature_is_uniform(weighted):
    y, weights = weighted
    gauged = UniformGauge.of(y, weights)(y)
    weights = weights / weights.sum()
    # midpoints: the mean is exact, the variance 1/12 up to the largest weight squared
    assert gauged @ weights == pytest.approx(1 / 2, abs=1e-12)
    assert (gauged - 1 / 2) ** 2 @ weights == pytest.approx(1 / 12, abs=weights.max() ** 2)


def test_a_reparametrization_changes_nothing(weighted):
    y, weights = weighted
    bent = y**3 + 5 * y
    assert np.allclose(
        UniformGauge.of(bent, weights)(bent), UniformGauge.of(y, weights)(y), rtol=0, atol=1e-12
    )


def test_equal_values_share_one_place_and_weight_is_repetition():
    gauge = UniformGauge.of([3.0, 1.0, 1.0, 1.0], None)
    assert np.allclose(gauge([1.0, 3.0]), [3 / 8, 7 / 8])
    weighted = UniformGauge.of([3.0, 1.0], [1, 3])
    assert np.allclose(weighted([1.0, 3.0]), [3 / 8, 7 / 8])


def test_runs_are_turned_alike_whatever_their_signs(weighted):
    y, weights = weighted
    noise = np.random.default_rng(3).normal(scale=0.3, size=(6, len(y)))
    signs = np.array([1, -1, -1, 1, -1, 1])
    runs = [UniformGauge.of(sign * (y + n), weights) for sign, n in zip(signs, noise, strict=True)]
    gauged = [g(sign * (y + n)) for g, sign, n in zip(runs, signs, noise, strict=True)]
    for along in (y, -y):
        same = oriented(gauged, weights=weights, along=along)
        assert same.std(axis=0).mean() < 0.1
        assert np.all(same >= 0)
        assert np.all(same <= 1)
        assert np.sign(np.corrcoef(same.mean(axis=0), y)[0, 1]) == (1 if along is y else -1)
    assert np.array_equal(oriented(gauged, weights=weights)[0], gauged[0])


def test_gauged_runs_are_each_ones_gauge_turned_alike(weighted):
    y, weights = weighted
    runs = [y, -(y**3), np.exp(y)]
    found = gauged(runs, weights=weights, along=-y)
    one = UniformGauge.of(-y, weights)(-y)
    # a monotone map keeps the order, so all three are one feature; sums round at 1e-16 of each
    assert np.allclose(found, one, rtol=0, atol=1e-12)


def test_rank_correlation_is_spearmans():
    a, b = np.random.default_rng(4).multivariate_normal([0, 0], [[1, 0.6], [0.6, 1]], 300).T
    assert rank_correlation(a, b) == pytest.approx(spearmanr(a, b).statistic, abs=1e-12)
    assert rank_correlation(a, a**3 + 5 * a) == pytest.approx(1, abs=1e-12)
    assert rank_correlation(a, -a) == pytest.approx(-1, abs=1e-12)


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: UniformGauge.of([1.0, np.nan]), "y"),
        (lambda: UniformGauge.of(np.zeros((2, 2))), "y"),
        (lambda: UniformGauge.of([1.0, 2.0], [1.0, -1.0]), "weights"),
        (lambda: UniformGauge.of([1.0, 2.0], [0.0, 0.0]), "weights"),
        (lambda: UniformGauge.of([1.0, 2.0], [1.0]), "weights"),
        (lambda: oriented(np.zeros(3)), "gauged"),
        (lambda: rank_correlation(np.zeros(3), np.arange(3.0)), "rank correlation"),
    ],
)
def test_bad_arguments_are_named(call, name):
    with pytest.raises(ValueError, match=f"^{name}: expected"):
        call()
