from rmi_tf import neighbour_terms
from rmi_tf.estimators.neighbours import robustly_whitened

import numpy as np
import pytest
from scipy import stats

from tests.literal import literal_rmi

ROUNDING = {"rel": 1e-9, "abs": 1e-9}  # whitening and distances, of order one in float64


def correlated(n, seed=1, correlation=0.8):
    distribution = stats.multivariate_normal(cov=[[1, correlation], [correlation, 1]])
    return distribution, distribution.rvs(n, random_state=np.random.default_rng(seed))


@pytest.mark.parametrize("k", [1, 4])
def test_the_terms_are_those_of_the_formula_in_whitened_coordinates(k):
    y = correlated(300)[1]
    whitened, factor = robustly_whitened(y)
    log_det = np.log(np.diag(factor)).sum()
    literal = literal_rmi.neighbour_terms(whitened, k) + log_det
    assert neighbour_terms(y, k=k) == pytest.approx(literal, **ROUNDING)


def test_whitening_is_a_linear_map_of_known_determinant_that_makes_the_core_round():
    y = correlated(2000)[1] * [1e3, 1e-3] + [5, -7]
    whitened, factor = robustly_whitened(y)
    log_det = np.log(np.diag(factor)).sum()
    matrix = np.linalg.lstsq(np.c_[whitened, np.ones(2000)], y, rcond=None)[0][:2]
    assert np.linalg.slogdet(matrix)[1] == pytest.approx(log_det, **ROUNDING)
    assert pytest.approx(factor, rel=1e-9, abs=1e-9) == matrix.T
    core = whitened[(whitened**2).sum(axis=1) <= np.median((whitened**2).sum(axis=1))]
    # 1000 points: variances scatter by √(2/1000) = 4 %, and three rounds settle the core to that
    assert np.cov(core, rowvar=False) == pytest.approx(np.eye(2), abs=0.1)


@pytest.mark.parametrize("correlation", [0.8, 0.999])
def test_the_entropy_of_a_correlated_gaussian_is_that_of_scipy(correlation):
    n = 10_000
    distribution, y = correlated(n, correlation=correlation)
    off = neighbour_terms(y) + distribution.logpdf(y)
    # Less the known -ln p, the terms scatter by ψ'(4) = 0.28 of variance; neighbours share their
    # points, which can double that of the mean. The bias may be 1e-2.
    assert np.mean(off) == pytest.approx(0, abs=1e-2 + 4 * np.sqrt(2 * 0.28 / n))


def test_the_entropy_of_a_skewed_density_is_that_of_scipy():
    n = 10_000
    gamma, generator = stats.gamma(2), np.random.default_rng(1)
    y = gamma.rvs((n, 2), random_state=generator)
    off = neighbour_terms(y) + gamma.logpdf(y).sum(axis=1)
    assert np.mean(off) == pytest.approx(0, abs=1e-2 + 4 * np.sqrt(2 * 0.28 / n))


@pytest.mark.parametrize(
    "matrix", [np.diag([1e6, 1e-6]), [[0, 1], [1, 0]], [[1, 5], [0, -2]]], ids=str
)
def test_a_linear_map_adds_its_log_determinant(matrix):
    y = correlated(3000)[1]
    moved = neighbour_terms(y) + np.linalg.slogdet(matrix)[1]
    mapped = neighbour_terms(y @ np.transpose(matrix) + [3, 4])
    if np.count_nonzero(matrix) == 2:
        # Axes stay axes, so the whitening is the same but for turns and the last digits.
        assert mapped == pytest.approx(moved, abs=1e-6)
    # A shear changes which points the quartiles take for the centre, so the whitening by a little,
    # the neighbours of some samples, and the mean by a small part of its scatter √(0.28/3000).
    assert mapped.mean() == pytest.approx(moved.mean(), abs=5e-3)


def test_outliers_do_not_count_in_the_whitening():
    y = correlated(3000)[1]
    far = y.copy()
    far[:3] = 1e9
    # 3 of 3000 terms change, by about 2 ln 1e9 = 41 nats each.
    assert neighbour_terms(far)[3:].mean() == pytest.approx(neighbour_terms(y)[3:].mean(), abs=0.01)


def test_samples_that_coincide_with_k_others_have_minus_infinity():
    y = correlated(500)[1]
    y[:5] = y[0]
    terms = neighbour_terms(y)
    assert np.all(np.isneginf(terms[:5])) and np.all(np.isfinite(terms[5:]))


@pytest.mark.parametrize("share", [0.6, 1.0])
def test_values_on_a_line_are_refused(share):
    y = correlated(500)[1]
    y[: int(share * 500)] = y[: int(share * 500), :1]
    if share < 1:
        y[: int(share * 500)] = y[0]
    with pytest.raises(ValueError, match="feature: expected values spread over K dimensions"):
        neighbour_terms(y)
