from rmi_tf import spacings_entropy, spacings_terms, tf
from rmi_tf.estimators.spacings import SPACINGS, gaps, surprisals_between_gaps

import numpy as np
import pytest
from scipy import stats

from tests.literal import literal_rmi

ROUNDING = {"rel": 1e-12, "abs": 1e-12}
N = 10_000
DISTRIBUTIONS = {
    "normal": stats.norm(),
    "uniform": stats.uniform(),
    "exponential": stats.expon(),
    "lognormal": stats.lognorm(2),
    "student": stats.t(3),
}


def drawn(distribution, n=N, seed=1):
    return distribution.rvs(size=n, random_state=np.random.default_rng(seed))


@pytest.mark.parametrize("m", [1, 3, 8])
def test_the_terms_are_those_of_the_formula(m):
    y = drawn(stats.norm(), 200)
    literal = literal_rmi.spacings_terms(y, m)
    assert spacings_terms(y, m=m).numpy() == pytest.approx(literal, **ROUNDING)
    assert float(spacings_entropy(y, m=m)) == pytest.approx(literal.mean(), **ROUNDING)


@pytest.mark.parametrize("name", DISTRIBUTIONS)
def test_the_entropy_is_that_of_scipy(name):
    distribution = DISTRIBUTIONS[name]
    y = drawn(distribution)
    terms = spacings_terms(y).numpy()
    # The mean's standard error follows from -ln p at the samples and what overlapping spacings add,
    # 0.02/n of variance; the bias may be 1e-3, for the lognormal 3e-3.
    se = np.sqrt((np.var(distribution.logpdf(y)) + 0.02) / N)
    bias = 3e-3 if name == "lognormal" else 1e-3
    assert terms.mean() == pytest.approx(distribution.entropy(), abs=bias + 4 * se)


def test_the_bias_of_the_mean_over_many_draws_is_below_a_thousandth():
    # The scatter of -ln p is taken out by its known mean, so 20 draws show 1e-3 clearly.
    distribution = stats.norm()
    off = [
        np.mean(spacings_terms(y).numpy() + distribution.logpdf(y))
        for y in (drawn(distribution, seed=seed) for seed in range(20))
    ]
    assert abs(np.mean(off)) < 1e-3 + 4 * np.sqrt(0.02 / N / 20)


@pytest.mark.parametrize("factor", [-1e-30, 1e-6, 1e6, -3e40])
def test_scaling_adds_the_logarithm_of_the_factor(factor):
    y = drawn(stats.norm(), 500)
    moved = float(spacings_entropy(y)) + np.log(abs(factor))
    assert float(spacings_entropy(factor * y)) == pytest.approx(moved, **ROUNDING)


def test_the_terms_follow_the_samples_order():
    y = drawn(stats.norm(), 300)
    order = np.random.default_rng(2).permutation(300)
    assert np.array_equal(spacings_terms(y[order]).numpy(), spacings_terms(y).numpy()[order])


def test_one_column_is_the_same_as_a_vector():
    y = drawn(stats.norm(), 100)
    assert np.array_equal(spacings_terms(y[:, np.newaxis]), spacings_terms(y))


def test_a_graph_gives_the_same_terms():
    graph = tf.function(spacings_terms, input_signature=[tf.TensorSpec([None], tf.float64)])
    for y in (drawn(stats.norm(), 150), np.round(drawn(stats.norm(), 150), 1)):
        # Equal values may have each other's terms, since neither sort is stable.
        terms = np.sort(spacings_terms(y).numpy())
        assert np.sort(graph(y).numpy()) == pytest.approx(terms, **ROUNDING)


@pytest.mark.parametrize("step", [1e-3, 3e-3, 1e-2, 1e-1])
def test_values_made_equal_by_rounding_hardly_move_the_entropy(step):
    # 3 to 300 samples share a value, where a window has 16 marks. A number of marks w that is
    # random at a given width, instead of a width at given w, moves ln(width) - ψ(w) by about 1/2w,
    # 0.03 at 16; averages over a step move the entropy by step²/12 or so.
    y = drawn(stats.norm())
    terms = spacings_terms(step * np.round(y / step)).numpy()
    assert np.all(np.isfinite(terms))
    assert terms.mean() == pytest.approx(float(spacings_entropy(y)), abs=0.03)


def test_a_few_equal_values_do_not_matter():
    y = drawn(stats.norm())
    tied = y.copy()
    tied[:20] = y[20]
    # 20 samples of 10,000 have another term, of a few nats at most.
    assert np.all(np.isfinite(spacings_terms(tied)))
    assert float(spacings_entropy(tied)) == pytest.approx(float(spacings_entropy(y)), abs=0.02)


def test_equal_values_have_entropy_minus_infinity():
    assert np.all(np.isneginf(spacings_terms(np.full(50, 2.5))))


def test_the_gradient_is_the_slope():
    y = drawn(stats.norm(), 80)
    variable = tf.constant(y)
    with tf.GradientTape() as tape:
        tape.watch(variable)
        entropy = spacings_entropy(variable)
    gradient = tape.gradient(entropy, variable).numpy()
    step = 1e-6  # below the gaps, so that the order stays; the difference errs by 1e-9 or so
    assert np.diff(np.sort(y)).min() > 2 * step
    for i in range(0, 80, 8):
        unit = step * np.eye(80)[i]
        up, down = float(spacings_entropy(y + unit)), float(spacings_entropy(y - unit))
        assert gradient[i] == pytest.approx((up - down) / (2 * step), abs=1e-7)


def test_the_scatter_of_overlapping_spacings_is_known():
    # Uniform samples have -ln p = 0, so n Var(mean) is all that the estimate adds, 0.02 for m = 8,
    # and the terms' variance less the excess must equal it.
    n, draws = 1000, 400
    terms = np.array([spacings_terms(drawn(stats.uniform(), n, seed)) for seed in range(draws)])
    of_mean = n * np.var(terms.mean(axis=1), ddof=1)
    of_terms = np.var(terms, axis=1, ddof=1)
    expected = of_terms.mean() - (SPACINGS.own_scatter(n).of_one - SPACINGS.own_scatter(n).of_mean)
    # A variance from 400 draws has relative error √(2/399); the ends' shorter windows, 2m/n of all,
    # scatter up to twice as much as the formula's and so add a few hundredths of ψ' = 0.06.
    se = np.hypot(0.02 * np.sqrt(2 / (draws - 1)), np.std(of_terms) / np.sqrt(draws))
    assert expected == pytest.approx(of_mean, abs=4 * se + 2e-3)


@pytest.mark.parametrize(
    ("y", "m", "message"),
    [
        (np.zeros((50, 2)), 8, "y: spacings take one component, got K = 2"),
        (np.zeros(16), 8, r"y: expected more than 2 m = 16 samples, got 16"),
        (np.zeros(50), 0, "m: expected a whole number >= 1, got 0"),
        (np.zeros(50), 1.5, "m: expected a whole number >= 1, got 1.5"),
        (np.zeros((5, 5, 5)), 1, r"y: expected shape \(n,\) or \(n, K\)"),
    ],
    ids=str,
)
def test_bad_input_is_named(y, m, message):
    with pytest.raises(ValueError, match=message):
        spacings_terms(y, m=m)


def wells(n, width, *, shape="uniform"):
    """Eight places a unit apart, and the entropy: ln 8 and that of one of them."""
    generator = np.random.default_rng(n)
    within = getattr(generator, shape)(size=n)
    of_one = {"uniform": 0.0, "normal": 0.5 * np.log(2 * np.pi * np.e)}[shape]
    return generator.integers(0, 8, n) + width * within, np.log(8 * width) + of_one


@pytest.mark.parametrize("shape", ["uniform", "normal"])
@pytest.mark.parametrize("n", [1000, 10_000])
def test_windows_do_not_straddle_the_gaps_between_wells(shape, n):
    y, exact = wells(n, 0.01, shape=shape)
    found = SPACINGS.surprisals_of(y[:, np.newaxis])
    # the scatter of the mean, and the ends of eight wells: m/n each
    error = 4 * found.std() / np.sqrt(n) + 8 * 8 / n
    assert abs(found.mean() - exact) < error
    assert abs(float(spacings_entropy(y)) - exact) > error  # which windows across gaps miss


@pytest.mark.parametrize("name", [*DISTRIBUTIONS, "cauchy"])
def test_a_smooth_density_has_no_gaps_and_keeps_its_bits(name):
    distribution = DISTRIBUTIONS.get(name, stats.cauchy())
    y = distribution.rvs(100_000, random_state=1)
    assert not gaps(np.sort(y), 8).any()
    assert np.array_equal(SPACINGS.surprisals_of(y[:, np.newaxis]), spacings_terms(y).numpy())


def test_rows_are_worked_out_side_by_side():
    rows = np.stack(
        [np.sort(wells(500, 0.01)[0]), np.sort(stats.norm.rvs(size=500, random_state=0))]
    )
    both = surprisals_between_gaps(rows, 3)
    assert np.array_equal(both, [surprisals_between_gaps(row, 3) for row in rows])
    assert gaps(rows, 3).sum(axis=1).tolist() == [7, 0]


def test_equal_values_make_no_gaps():
    y = np.round(stats.norm.rvs(size=5000, random_state=0), 1)
    assert not gaps(np.sort(y), 8).any()
