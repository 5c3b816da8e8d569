from rmi_tf import histogram_entropy, tf, triangular_entropy
from rmi_tf.density import cell_shares, regular_cells, sum_by_cell

import numpy as np
import pytest
from scipy import stats

from tests.literal import literal_rmi

ROUNDING = {"rel": 1e-12, "abs": 1e-12}  # sums of a few thousand float64 numbers of order one
ENTROPIES = {"plain": histogram_entropy, "triangular": triangular_entropy}


def gaussian(n, components, seed=1):
    values = np.random.default_rng(seed).normal(size=(n, components))
    return values @ np.array([[1.0, 0.5], [0.0, 2.0]])[:components, :components]


def masses(y, bins, *, triangular):
    cells = regular_cells(tf.constant(y), bins=bins, triangular=triangular)
    numbers, shares = cell_shares(tf.constant(y), cells, triangular=triangular)
    weights = tf.fill([len(y)], tf.constant(1 / len(y), tf.float64))
    return sum_by_cell(weights, numbers, shares, bins ** y.shape[1]).numpy()


@pytest.mark.parametrize("components", [1, 2])
@pytest.mark.parametrize("triangular", [False, True])
def test_all_the_mass_is_in_the_cells(components, triangular):
    mass = masses(gaussian(2000, components), 30, triangular=triangular)
    assert mass.sum() == pytest.approx(1, **ROUNDING)
    assert mass.min() >= 0


@pytest.mark.parametrize("components", [1, 2])
def test_the_plain_histogram_is_that_of_numpy(components):
    y = gaussian(3000, components)
    weights = np.random.default_rng(2).exponential(size=len(y))
    counts = np.histogramdd(y, bins=25)[0].ravel()
    assert masses(y, 25, triangular=False) * len(y) == pytest.approx(counts, **ROUNDING)
    literal = literal_rmi.histogram_entropy(y, 25, weights=weights)
    assert float(histogram_entropy(y, bins=25, weights=weights)) == pytest.approx(
        literal, **ROUNDING
    )


@pytest.mark.parametrize("components", [1, 2])
def test_the_triangular_histogram_is_that_of_appendix_d(components):
    y = gaussian(500, components)
    weights = np.random.default_rng(2).exponential(size=len(y))
    literal, _ = literal_rmi.triangular_masses(y, 20, (y.min(axis=0), y.max(axis=0)))
    # The masks divide by Δy², which costs them a few digits more.
    assert masses(y, 20, triangular=True) == pytest.approx(literal, rel=1e-9, abs=1e-12)
    entropy = float(triangular_entropy(y, bins=20, weights=weights))
    literal = literal_rmi.triangular_entropy(y, 20, weights=weights)
    assert entropy == pytest.approx(literal, rel=1e-9)


@pytest.mark.parametrize("components", [1, 2])
def test_bounds_that_are_given_set_the_cells(components):
    y = gaussian(800, components)
    bounds = np.array([[-20.0, -21.0], [22.0, 23.0]])[:, :components]
    plain = histogram_entropy(y, bins=40, bounds=bounds)
    assert float(plain) == pytest.approx(literal_rmi.histogram_entropy(y, 40, bounds), **ROUNDING)
    triangular = triangular_entropy(y, bins=40, bounds=bounds)
    literal = literal_rmi.triangular_entropy(y, 40, bounds)
    assert float(triangular) == pytest.approx(literal, rel=1e-9)


def test_points_outside_of_the_bounds_count_in_the_outermost_cells():
    y = np.array([-7.0, 0.1, 0.9, 50.0])
    inside = np.array([0.01, 0.1, 0.9, 0.99])
    for entropy in (histogram_entropy, triangular_entropy):
        # The triangular one puts what is outside on the outermost nodes, 0 and 1.
        nearest = inside if entropy is histogram_entropy else np.clip(y, 0, 1)
        assert float(entropy(y, bins=3, bounds=(0, 1))) == pytest.approx(
            float(entropy(nearest, bins=3, bounds=(0, 1))), **ROUNDING
        )


@pytest.mark.parametrize(
    "distribution", [stats.norm(3, 0.2), stats.gumbel_r(3, 5)], ids=["normal", "gumbel"]
)
@pytest.mark.parametrize("entropy", ENTROPIES.values(), ids=ENTROPIES)
def test_the_entropy_is_that_of_scipy(distribution, entropy):
    # Points at the quantiles leave no scatter: what remains are the cut tails, 1/n each, and cells
    # of width Δ, which move it by Δ² <(ln p)'²>/24, four times as much for triangles: with Δ = 0.05
    # (normal) and 0.08 (Gumbel) in units where <(ln p)'²> = 1, about 1e-3 at most.
    y = distribution.ppf((np.arange(100_000) + 0.5) / 100_000)
    assert float(entropy(y, bins=180)) == pytest.approx(distribution.entropy(), abs=3e-3)


def test_a_uniform_density_has_the_logarithm_of_its_volume_as_entropy():
    side = np.linspace(0.5, 99.5, 100) / 100
    square = np.stack(np.meshgrid(4 * side, 3 * side), axis=-1).reshape(-1, 2)
    entropy = histogram_entropy(square, bins=50, bounds=([0, 0], [4, 3]))
    assert float(entropy) == pytest.approx(np.log(12), **ROUNDING)


@pytest.mark.parametrize("components", [1, 2])
@pytest.mark.parametrize("entropy", ENTROPIES.values(), ids=ENTROPIES)
def test_weights_are_repeated_points(components, entropy):
    y = gaussian(300, components)
    times = np.random.default_rng(3).integers(1, 5, size=len(y))
    repeated = np.repeat(y, times, axis=0)
    assert float(entropy(y, bins=12, weights=0.1 * times)) == pytest.approx(
        float(entropy(repeated, bins=12)), **ROUNDING
    )


@pytest.mark.parametrize("components", [1, 2])
def test_the_gradient_of_the_triangular_entropy_is_its_slope_at_fixed_bounds(components):
    y = gaussian(60, components)
    bounds = y.min(axis=0), y.max(axis=0)
    variable = tf.constant(y)
    with tf.GradientTape() as tape:
        tape.watch(variable)
        entropy = triangular_entropy(variable, bins=9)
    gradient = tape.gradient(entropy, variable).numpy()
    # Central differences of a function of order one: step² + rounding/step, 1e-10 or so. The points
    # that set the bounds lie on kinks, so they are left out.
    step = 1e-6
    inner = np.flatnonzero(((y > bounds[0]) & (y < bounds[1])).all(axis=1))[:10]
    for i in inner:
        for component in range(components):
            moved = [y.copy(), y.copy()]
            moved[0][i, component] -= step
            moved[1][i, component] += step
            down, up = (float(triangular_entropy(z, bins=9, bounds=bounds)) for z in moved)
            assert gradient[i, component] == pytest.approx((up - down) / (2 * step), abs=1e-8)


@pytest.mark.parametrize("components", [1, 2])
@pytest.mark.parametrize("entropy", ENTROPIES.values(), ids=ENTROPIES)
def test_a_constant_feature_has_entropy_minus_infinity(components, entropy):
    assert float(entropy(np.full((50, components), 3.0))) == -np.inf
    y = gaussian(50, 2)
    y[:, 1] = -1.0
    assert float(entropy(y)) == -np.inf


@pytest.mark.parametrize("jit", [False, True], ids=["graph", "XLA"])
@pytest.mark.parametrize("entropy", ENTROPIES.values(), ids=ENTROPIES)
def test_a_graph_and_xla_give_the_same_entropy(entropy, jit):
    y = gaussian(1000, 2)
    weights = np.random.default_rng(2).exponential(size=len(y))
    graph = tf.function(lambda y, w: entropy(y, bins=20, weights=w), jit_compile=jit)
    eager = float(entropy(y, bins=20, weights=weights))
    assert float(graph(y, weights)) == pytest.approx(eager, **ROUNDING)


@pytest.mark.parametrize("entropy", ENTROPIES.values(), ids=ENTROPIES)
def test_a_graph_for_any_number_of_points_gives_the_same_entropy(entropy):
    graph = tf.function(entropy, input_signature=[tf.TensorSpec([None], tf.float64)])
    for n in (100, 200):
        y = gaussian(n, 1)[:, 0]
        assert float(graph(y)) == pytest.approx(float(entropy(y)), **ROUNDING)


@pytest.mark.parametrize("entropy", ENTROPIES.values(), ids=ENTROPIES)
def test_whole_numbers_are_values_too(entropy):
    y = np.arange(500) ** 2
    assert float(entropy(y)) == pytest.approx(float(entropy(y.astype(float))), **ROUNDING)


GOOD = np.linspace(0, 1, 10)


@pytest.mark.parametrize("entropy", ENTROPIES.values(), ids=ENTROPIES)
@pytest.mark.parametrize(
    ("y", "options", "message"),
    [
        (np.zeros((10, 3)), {}, "K = 1 or 2 components, got K = 3"),
        (np.zeros((10, 2, 2)), {}, r"y: expected shape \(n,\) or \(n, K\), got \(10, 2, 2\)"),
        (np.float64(1), {}, r"y: expected shape .* got \(\)"),
        (GOOD, {"bins": 1}, "bins: expected a whole number >= 2, got 1"),
        (GOOD, {"bins": 10.5}, "bins: expected .* got 10.5"),
        (GOOD, {"bounds": (1, 0)}, r"bounds: expected finite .* got \(1, 0\)"),
        (GOOD, {"bounds": (0, np.nan)}, "bounds: expected finite"),
        (GOOD, {"weights": np.ones(9)}, r"weights: expected shape \(10,\), got \(9,\)"),
        (GOOD, {"weights": np.ones((10, 1))}, "weights: expected shape"),
        (GOOD, {"weights": np.arange(-1.0, 9.0)}, "weights: expected .* the least is -1"),
        (GOOD, {"weights": np.r_[np.ones(9), np.nan]}, "weights: expected finite"),
        (GOOD, {"weights": np.r_[np.ones(9), np.inf]}, "weights: expected finite"),
        (GOOD, {"weights": np.zeros(10)}, "weights: expected .* not all zero"),
    ],
    ids=str,
)
def test_bad_input_is_named(entropy, y, options, message):
    with pytest.raises(ValueError, match=message):
        entropy(y, **options)


@pytest.mark.parametrize("entropy", [histogram_entropy, triangular_entropy])
@pytest.mark.parametrize("values", [[np.nan, 1.0, 2.0], [np.inf, 1.0, 2.0], []])
def test_values_without_a_histogram_are_refused(entropy, values):
    with pytest.raises(ValueError, match="y: expected finite numbers, at least one"):
        entropy(np.array(values), bins=4)
