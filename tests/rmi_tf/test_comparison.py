import math

from rmi_tf import compare, compare_terms, evaluate, linear, renormalized_mutual_information, tf
from rmi_tf.estimators.neighbours import NEIGHBOURS

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import figures.draw.comparison
from tests.bench import bench_comparison


def gaussian(n, seed=1, deviations=(1.0, 2.0, 3.0)):
    return np.random.default_rng(seed).normal(size=(n, 3)) * deviations


FEATURES = {"first": linear([1.0, 0, 0]), "second": linear([0, 1.0, 0]), "third": linear([0, 0, 1])}


def test_features_come_sorted_with_the_rmi_and_error_that_each_has_by_itself():
    x = gaussian(5000)
    comparison = compare(FEATURES, x)
    assert [row.feature for row in comparison.rows] == ["third", "second", "first"]
    assert [row.verdict for row in comparison.rows] == ["best", "worse", "worse"]
    for row in comparison.rows:
        alone = renormalized_mutual_information(FEATURES[row.feature], x)
        assert (row.rmi, row.se) == (alone.rmi, alone.se)
        assert row.behind == pytest.approx(comparison.rows[0].rmi - row.rmi, abs=1e-12)
    assert comparison.n == 5000


@pytest.mark.parametrize(("name", "exact"), [("second", math.log(3 / 2)), ("first", math.log(3))])
def test_differences_are_the_exact_ones_within_their_paired_errors(name, exact):
    row = {row.feature: row for row in compare(FEATURES, gaussian(20_000)).rows}[name]
    assert abs(row.behind - exact) < 4 * row.behind_se
    # the terms ½ z² of independent normals have variance ½ each; spacings add 0.02 to each mean
    assert row.behind_se == pytest.approx(math.sqrt((1 + 2 * 0.0215) / 20_000), rel=0.05)


def test_the_noise_covariance_counts_as_in_a_single_estimate():
    x, sigma = gaussian(1000), np.array([1.0, 4.0, 9.0])
    comparison = compare(FEATURES, x, noise_covariance=sigma)
    for row in comparison.rows:
        alone = renormalized_mutual_information(FEATURES[row.feature], x, noise_covariance=sigma)
        assert row.rmi == alone.rmi


def test_terms_from_elsewhere_compare_as_the_features_do():
    x = gaussian(1000)
    terms = {name: evaluate(feature, x) for name, feature in FEATURES.items()}
    assert compare_terms(terms) == compare(FEATURES, x)


GAUGES = {
    1: {"y": lambda x: x[:, :1], "cubic": lambda x: x[:, 0] ** 3 + 5 * x[:, 0],
        "exponential": lambda x: tf.exp(2 * x[:, 0]), "bounded": lambda x: tf.tanh(x[:, 0])},
    2: {"y": lambda x: x[:, :2],
        "curved": lambda x: tf.stack([tf.exp(x[:, 0] / 2), x[:, 0] + x[:, 1]], axis=1),
        "mixed": lambda x: tf.stack([x[:, 1] ** 3 + 5 * x[:, 1], x[:, 0]], axis=1)},
}  # fmt: skip


@pytest.mark.parametrize("components", [1, 2])
def test_gauges_of_one_feature_are_not_told_apart(components):
    # Eq. (2): only the bias of the density estimates differs, which is larger than the paired error
    for seed in range(3):
        rows = compare(GAUGES[components], gaussian(2000, seed, (1.0, 1.0, 1.0))).rows
        assert [row.verdict for row in rows[1:]] == ["not told apart"] * len(rows[1:])


def test_a_feature_beside_itself_is_exactly_equal():
    rows = compare({"a": FEATURES["first"], "b": FEATURES["first"]}, gaussian(1000)).rows
    assert rows[1][3:] == (0, 0, 0, "not told apart")


def test_a_constant_feature_comes_last():
    constant = {"flat": lambda x: 0 * x[:, 0]}
    rows = compare(constant | FEATURES, gaussian(1000)).rows
    assert rows[-1].feature == "flat" and rows[-1].behind == math.inf
    assert rows[-1].verdict == "worse"
    both = compare(constant | {"too": lambda x: 0 * x[:, 1]}, gaussian(1000)).rows
    assert both[1].verdict == "not told apart"


@pytest.mark.paper
@pytest.mark.parametrize(("components", "angle"), [(1, math.pi / 2), (1, 0.1), (2, 0.3)])
def test_a_better_feature_is_declared_as_often_as_the_level_says(components, angle):
    replications = {1: 300, 2: 60}[components]
    case = {"replications": replications, "n": 1000}
    either = round(replications * sum(bench_comparison.called_better(angle, components, 0, **case)))
    # what a level of 8 % at most and a power of 95 % leave with probability below 1e-4
    assert either <= stats.binom.isf(1e-4, replications, 0.08)
    found, wrong = bench_comparison.called_better(angle, components, 5, **case)
    assert round(found * replications) >= stats.binom.ppf(1e-4, replications, 0.95)
    assert wrong == 0


@pytest.mark.paper
def test_what_stays_of_the_neighbours_noise_is_what_uniform_pairs_show():
    n, rows = 1000, 1500
    draws = (np.random.default_rng(seed).random((n, 2)) for seed in range(rows))
    found = np.array([NEIGHBOURS.surprisals_of(y) for y in draws])
    # where -ln p is 0 all is the estimate's own; a variance is known to √(2/rows) = 4 %
    own = NEIGHBOURS.own_scatter(n)
    assert n * np.var(found.mean(axis=1)) == pytest.approx(own.of_mean, rel=0.16)
    # the borders, at a tenth of the pairs, take a part of it
    assert np.mean(np.var(found, axis=1)) == pytest.approx(own.of_one, rel=0.15)


@pytest.mark.parametrize(
    ("terms", "message"),
    [
        ({"a": (np.arange(200.0), np.zeros(200))}, "expected at least two to compare, got 1"),
        (
            {"a": (np.arange(200.0), np.zeros(200)), "b": (np.arange(300.0), np.zeros(300))},
            "expected the same samples and the same K",
        ),
        (
            {"a": (gaussian(300)[:, 0], np.zeros(300)), "b": (gaussian(300)[:, :2], np.zeros(300))},
            "expected the same samples and the same K",
        ),
    ],
)
def test_what_cannot_be_compared_is_refused(terms, message):
    with pytest.raises(ValueError, match=message):
        compare_terms(terms)


def test_an_error_names_the_feature():
    with pytest.raises(TypeError) as error:
        compare(FEATURES | {"numpy's": lambda x: np.sin(x)[:, 0]}, gaussian(300))
    assert error.value.__notes__ == ['This is feature "numpy\'s".']
    with pytest.raises(ValueError, match="its rank is lower") as error:
        compare(FEATURES | {"clipped": lambda x: tf.maximum(x[:, 0], 0)}, gaussian(300))
    assert error.value.__notes__ == ["This is feature 'clipped'."]


def test_it_prints_as_a_table_and_is_one_for_pandas():
    comparison = compare(FEATURES, gaussian(1000))
    lines = repr(comparison).splitlines()
    assert len(lines) == 4 and lines[1].endswith("best") and "n = 1000" in lines[0]
    table = pd.DataFrame(comparison.rows)
    assert list(table.feature) == ["third", "second", "first"]


def test_the_picture_has_a_dot_for_each_feature_from_the_top():
    from matplotlib.figure import Figure

    table = pd.DataFrame(compare(FEATURES, gaussian(1000)).rows)
    axes = Figure().subplots()
    figures.draw.comparison.draw_comparison(axes, table)
    dots = [line for line in axes.lines if line.get_marker() == "o"]
    assert [dot.get_xdata()[0] for dot in dots] == list(table.rmi) and not axes.patches
    low, high = axes.get_xlim()
    assert low < table.rmi.min() and high > table.rmi.max()
    assert [label.get_text() for label in axes.get_yticklabels()] == list(table.feature)
    assert axes.yaxis_inverted()
