"""Data as they come: rounded, piled up, stretched, on circles, not smooth: right, or refused."""

import math
import warnings

import rmi_tf
from rmi_tf import compare_terms, renormalized_mutual_information, rmi_from_terms, tf
from rmi_tf.computing.circles import cut
from rmi_tf.computing.grids import grid_step, spread
from rmi_tf.estimators.sample import _order

import numpy as np
import pytest
from scipy import stats

GAUSSIAN = 0.5 * math.log(2 * math.pi * math.e)
N = 10_000


def normal(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape)


def found(y, volume=0.0, **how):
    return rmi_from_terms(y, np.broadcast_to(volume, len(y)), **how)


def right_or_told(result, exact):
    """Whether a value is right within 4 errors, or a second estimate says by how much it is not."""
    return abs(result.rmi - exact) < max(4 * result.se, 2 * abs(result.disagreement))


# ---- Eq. (2) for two components ----

MAPS = {
    "y": (lambda y: y, lambda y: 0 * y),
    "tanh": (np.tanh, lambda y: -2 * np.log(np.cosh(y))),
    "exp": (np.exp, lambda y: y),
    "cubic": (lambda y: y**3 + 5 * y, lambda y: np.log(3 * y**2 + 5)),
}


@pytest.mark.parametrize("deviation", [0.5, 3.0])
def test_monotone_maps_of_two_components_change_nothing(deviation):
    y = deviation * normal(N, 2)
    turn = np.array([[0.8, -0.6], [0.6, 0.8]])
    values = [found(g(y), slope(y).sum(axis=1)).rmi for g, slope in MAPS.values()]
    values.append(found(y @ turn).rmi)
    mixed = np.stack([np.exp(y[:, 0]), np.tanh(y[:, 1])], axis=1)
    values.append(found(mixed, y[:, 0] - 2 * np.log(np.cosh(y[:, 1]))).rmi)
    # the bound of README; the error itself is 0.012
    assert np.ptp(values) < 0.01
    assert np.mean(values) == pytest.approx(2 * (GAUSSIAN + math.log(deviation)), abs=0.05)


@pytest.mark.parametrize("off", [1.0, 0.1, 1e-2, 1e-4, 1e-6])
def test_two_components_that_nearly_agree_are_told_apart(off):
    y = normal(N, 2)
    result = found(np.stack([y[:, 0], y[:, 0] + off * y[:, 1]], axis=1))
    assert result.rmi == pytest.approx(2 * GAUSSIAN + math.log(off), abs=4 * result.se)


# ---- where the density is not smooth ----


@pytest.mark.parametrize("n", [1000, N])
def test_wells_far_apart_are_right(n):
    generator = np.random.default_rng(n)
    y = generator.integers(0, 8, n) + 0.01 * generator.normal(size=n)
    result = found(y)
    assert result.rmi == pytest.approx(GAUSSIAN + math.log(0.08), abs=4 * result.se)
    pair = found(np.stack([y, generator.normal(size=n)], axis=1))
    assert pair.rmi == pytest.approx(2 * GAUSSIAN + math.log(0.08), abs=4 * pair.se)


def stairs(y):
    return y - 0.95 * np.sin(2 * np.pi * y) / (2 * np.pi)


def not_smooth():
    """Pairs, their log volumes, and what is right."""
    y, steps, volume = normal(N, 2), 8 + 16 * np.random.default_rng(0).random((N, 2)), 0.0
    for _ in range(3):
        volume = volume + np.log(1 - 0.95 * np.cos(2 * np.pi * steps)).sum(axis=1)
        steps = stairs(steps)
    angle = 2 * np.pi * np.random.default_rng(1).random(N)
    radius = 1 + 0.001 * y[:, 0]
    ring = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)
    bent = np.stack([y[:, 0], y[:, 0] ** 2 + 0.01 * y[:, 1]], axis=1)
    return {
        "staircase": (steps, volume, 2 * math.log(16)),
        "parabola": (bent, 0.0, 2 * GAUSSIAN + math.log(0.01)),
        "ring": (ring, 0.0, math.log(2 * math.pi) + GAUSSIAN + math.log(0.001)),
    }


@pytest.mark.parametrize("name", not_smooth())
def test_where_a_density_is_not_smooth_a_second_estimate_says_so(name):
    y, volume, exact = not_smooth()[name]
    with pytest.warns(UserWarning, match="two estimates of Ĩ disagree"):
        result = found(y, volume)
    assert abs(result.disagreement) > 4 * result.se
    assert right_or_told(result, exact)


def test_a_smooth_density_has_no_warning():
    generator = np.random.default_rng(0)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for n in (250, 1000, N):
            for y in (generator.normal(size=(n, 2)), generator.exponential(size=(n, 2))):
                found(y), found(y[:, 0])
            found(generator.standard_t(2, size=(n, 2))), found(generator.standard_cauchy(n))


def test_a_thin_curve_is_not_worse_than_what_it_is_bent_from():
    u, v = normal(2, N) * [[1.0], [0.01]]
    pairs = {"straight": np.stack([u, v], axis=1), "bent": np.stack([u, u**2 + v], axis=1)}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        rows = compare_terms({name: (y, np.zeros(N)) for name, y in pairs.items()}).rows
    assert rows[1].verdict == "not told apart" and rows[1].behind_bias > 0.05


def test_each_call_warns_once_for_a_feature_at_the_callers_line():
    bent, volume, _ = not_smooth()["parabola"]
    x = np.stack([bent[:, 0], bent[:, 1] - bent[:, 0] ** 2], axis=1)
    feature = lambda x: tf.stack([x[:, 0], x[:, 0] ** 2 + x[:, 1]], axis=1)  # noqa: E731
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        renormalized_mutual_information(feature, x)
        found(bent, volume)
        rmi_tf.compare({"bent": feature, "straight": lambda x: x}, x)
        compare_terms({"bent": (bent, np.zeros(N)), "straight": (x, np.zeros(N))})
    assert [w.filename for w in caught] == [__file__] * 4
    words = [str(w.message).split(" disagree")[0] for w in caught]
    assert words == ["two estimates of Ĩ"] * 2 + ["two estimates of Ĩ of 'bent'"] * 2


# ---- atoms, grids, ties ----


@pytest.mark.parametrize("stretch", [False, True])
@pytest.mark.parametrize("components", [1, 2])
def test_a_value_with_mass_is_refused_with_its_share(components, stretch):
    y = normal(N, components)
    atom = np.arange(N) < 900 if stretch else np.random.default_rng(1).random(N) < 0.09
    y[atom, -1] = 0.25
    with pytest.raises(ValueError, match=r"one of them, 0\.25, on (9|8)\.\d\d% of all|at least 50"):
        found(y)
    if components == 2:  # the others tell that the rows differ
        with pytest.raises(ValueError, match=r"values of component 1 .* one of them, 0\.25, on"):
            found(y)


def test_a_chain_that_stays_has_no_atom():
    y = normal(N)
    y[5000:5040] = y[5000]  # one stay of 40 rows
    assert abs(found(y).rmi - GAUSSIAN) < 4.5 * found(y).se


ON_A_GRID = {
    "product": (lambda x: x[:, 0] * x[:, 1], 0.1),
    "angle": (rmi_tf.polar_angle, 0.05),
    "sum": (lambda x: x[:, 0] + x[:, 1], 0.05),
}


@pytest.mark.parametrize("name", ON_A_GRID)
def test_samples_on_a_grid_are_told_by_column_and_step_and_can_be_spread(name):
    feature, step = ON_A_GRID[name]
    x = normal(N, 2)
    rounded = np.round(x / step) * step
    x, rounded = (part[(rounded != 0).any(axis=1)] for part in (x, rounded))  # no angle at 0
    with pytest.raises(ValueError, match=rf"x was rounded \(column 0 on one of step {step}, colu"):
        renormalized_mutual_information(feature, rounded)
    exact = renormalized_mutual_information(feature, x)
    again = renormalized_mutual_information(feature, rounded, spread_seed=1)
    assert again.rmi == pytest.approx(exact.rmi, abs=4 * exact.se)
    same = renormalized_mutual_information(feature, rounded, spread_seed=1)
    assert same.rmi == again.rmi and same.se == again.se


def test_columns_of_a_data_frame_are_told_by_name():
    frame = pytest.importorskip("pandas").DataFrame(np.round(normal(N, 2), 1) + 0.05)
    frame.columns = ["left", "right"]
    with pytest.raises(ValueError, match=r"column 'left' on one of step 0\.1, column 'right'"):
        renormalized_mutual_information(lambda x: x[:, 0] * x[:, 1], frame)


def test_a_grid_that_a_feature_does_not_show_is_no_matter():
    x = np.round(normal(N, 30), 2)  # a hundredth: a sum of 30 with other weights has no ties
    weights = np.random.default_rng(1).normal(size=30)
    result = renormalized_mutual_information(rmi_tf.linear(weights), x)
    assert result.rmi == pytest.approx(GAUSSIAN, abs=4.5 * result.se)


def test_a_grid_is_found_whatever_its_origin_and_rounding():
    y = normal(1000)
    assert grid_step(0.3 + 0.1 * np.round(10 * y)) == pytest.approx(0.1)
    assert grid_step(np.float32(0.1) * np.round(10 * y).astype(np.float32)) == pytest.approx(0.1)
    assert grid_step(y) is None and grid_step(np.repeat(y, 3)) is None
    x = np.stack([y, np.round(y, 1)], axis=1)
    wide = spread(x, 0)
    assert np.array_equal(wide[:, 0], y) and np.ptp(wide[:, 1] - x[:, 1]) == pytest.approx(
        0.1, 0.05
    )
    with pytest.raises(ValueError, match="spread_seed: expected samples of which a column lies on"):
        spread(normal(200, 2), 0)
    with pytest.raises(ValueError, match="spread_seed: expected samples in one array, got chunks"):
        chunks = [normal(200, 2), normal(200, 2)]
        renormalized_mutual_information(lambda x: x[:, 0], chunks, spread_seed=0)


def test_ties_that_single_precision_makes_are_none():
    y = normal(300_000)
    single, double = found(y.astype(np.float32)), found(y)
    assert len(np.unique(y.astype(np.float32))) < 299_900
    assert single.rmi == pytest.approx(double.rmi, abs=1e-4)


@pytest.mark.parametrize("precision", [np.float32, np.float64])
def test_equal_values_keep_their_order(precision):
    """Zeros of both signs are equal; rows of weight zero may bring infinite ones."""
    special = [0.0, -0.0, 1e-42, -1e-42, np.inf, -np.inf, 3e38, -3e38]
    y = np.append(normal(N).round(3), 100 * special).astype(precision)
    y = np.random.default_rng(0).permutation(y)
    np.testing.assert_array_equal(_order(y), np.lexsort((np.arange(len(y)), y)))


def test_wells_that_single_precision_has_rounded_to_a_few_values_are_refused():
    generator = np.random.default_rng(0)
    y = generator.integers(0, 8, 10**6) + 0.001 * generator.normal(size=10**6)
    exact = GAUSSIAN + math.log(0.008)
    assert found(y).rmi == pytest.approx(exact, abs=4 * found(y).se + 8 * 8 / 10**6)
    with pytest.raises(ValueError, match="one and the same: evaluate it in float64"):
        found(y.astype(np.float32))


def test_values_that_are_not_finite_are_told_with_the_first_row():
    x = normal(1000, 2)
    x[137] = 0

    def switching(x):  # (1 - r⁶)/(1 - r¹²), 0/0 where r = 1
        r = tf.norm(x, axis=1) + 1
        return (1 - r**6) / (1 - r**12)

    with pytest.raises(ValueError, match="row 137"):
        renormalized_mutual_information(switching, x)


# ---- circles ----


def test_a_circle_is_cut_where_nothing_lies():
    generator = np.random.default_rng(0)
    exact = stats.vonmises(20).entropy()
    for mode in (0.0, math.pi, 2.0):
        y = generator.vonmises(mode, 20, 3000)
        result = found(y, period=2 * math.pi)
        assert result.rmi == pytest.approx(exact, abs=4 * result.se)
    pair = np.stack([y, normal(3000)], axis=1)
    result = found(pair, period=[2 * math.pi, None])
    assert result.rmi == pytest.approx(exact + GAUSSIAN, abs=4 * result.se)


def test_a_full_circle_is_uniform_wherever_it_is_cut():
    y = 360 * np.random.default_rng(1).random(N)
    result = found(y, period=360)
    assert result.rmi == pytest.approx(math.log(360), abs=4 * result.se)
    line = cut(y[:, np.newaxis], np.array([360.0]))
    around = np.sort(np.diff(np.sort(y), append=y.min() + 360))
    assert np.sort(np.diff(np.sort(line[:, 0]))) == pytest.approx(around[:-1], abs=1e-9)


@pytest.mark.filterwarnings("ignore:the histogram's entropy is low")
@pytest.mark.parametrize("estimator", ["histogram", "triangular"])
def test_a_histogram_has_all_turns_of_a_circle_in_one(estimator):
    turns = np.random.default_rng(3).integers(-3, 4, N)
    y = 360 * (np.random.default_rng(1).random(N) + turns)
    how = {"estimator": estimator, "bins": 50}
    result = found(y, period=360, **how)
    # low by up to its bound; a triangle's mass at the ends is half outside
    assert result.rmi == pytest.approx(math.log(360), abs=result.bias_bound + 4 * result.se + 0.02)
    bounded = found(y, period=360, bounds=(0, 360), **how)
    assert bounded.rmi == pytest.approx(result.rmi, abs=1e-3)
    pair = np.stack([y, normal(N)], axis=1)
    around = found(pair, period=[360, None], **how)
    assert around.rmi == pytest.approx(result.rmi + GAUSSIAN, abs=2 * around.bias_bound)


def test_information_and_ranks_do_not_see_where_a_circle_begins():
    angle = lambda x: tf.atan2(x[:, 1], x[:, 0])  # noqa: E731
    told = []
    for mode in (0.0, math.pi):
        t = np.random.default_rng(2).vonmises(0, 20, 3000) + mode
        x = np.stack([np.cos(t), np.sin(t)], axis=1)
        told.append(rmi_tf.regularized_information(angle, x, 0.2, seed=0, period=2 * math.pi))
        other = 10 * (t - mode) + 3
        around = [2 * math.pi, None]
        assert rmi_tf.rank_correlation(np.mod(t, 2 * math.pi), other, period=around) > 0.9999
    # other noise for each x: the errors are independent in part
    assert told[0].information == pytest.approx(told[1].information, abs=4 * told[0].se)
    assert told[1].information > 0.3
