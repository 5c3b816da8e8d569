from rmi_tf import (
    amplitude_position,
    bond_energy,
    evaluate,
    intensity_position,
    linear,
    mean_field,
    normalized_position,
    polar_angle,
    principal_components,
    quadrupole,
    second_moments,
    staggered_field,
    tf,
    untwisted_axis,
)

import numpy as np
import pytest

from data_generators import Spiral

SITES = 7
J = np.arange(1, SITES + 1)  # j = 1..N


def samples(n=300, seed=1):
    return np.random.default_rng(seed).normal(size=(n, SITES)) * J + 2


BY_HAND = {
    mean_field: lambda x: x.mean(axis=1),
    amplitude_position: lambda x: (J * x).sum(axis=1) / SITES,
    intensity_position: lambda x: (J * x**2).sum(axis=1) / SITES,
    normalized_position: lambda x: (J * x**2).sum(axis=1) / (x**2).sum(axis=1),
    linear(J[::-1]): lambda x: x @ J[::-1],
}


@pytest.mark.parametrize("feature", BY_HAND)
@pytest.mark.parametrize(("dtype", "digits"), [(np.float32, 1e-5), (np.float64, 1e-12)])
def test_a_feature_is_the_papers_formula(feature, dtype, digits):
    # Sums of seven terms: some ten roundings, relative to the largest term.
    x = samples().astype(dtype)
    expected = BY_HAND[feature](samples())
    assert feature(tf.constant(x)).dtype == dtype
    scale = np.abs(expected).max()
    assert feature(tf.constant(x)).numpy() == pytest.approx(expected, abs=digits * scale)


def test_a_turned_ellipse_has_a_quadrupole_turned_twice_as_far():
    angle = np.linspace(0, np.pi, 7)
    turns = np.stack([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    places = np.random.default_rng(0).normal(size=(2, 50)) * [[2.0], [1.0]]
    x = np.einsum("abn,bj->naj", turns, places).reshape(len(angle), -1)
    found = quadrupole(tf.constant(x)).numpy()
    turned = complex(*found[0]) * np.exp(2j * angle)
    assert found[:, 0] + 1j * found[:, 1] == pytest.approx(turned, abs=1e-12)  # rounding
    first, second = second_moments(tf.constant(x)).numpy().T
    assert found[:, 0] == pytest.approx(first - second, abs=1e-12)


@pytest.mark.parametrize("feature", [quadrupole, second_moments])
def test_particles_need_an_even_number_of_coordinates(feature):
    with pytest.raises(ValueError, match=r"samples: expected shape \(n, 2N\), got \(5, 3\)"):
        feature(tf.zeros((5, 3)))


def test_the_lattices_features_are_sums_over_sites_and_bonds():
    x = np.random.default_rng(5).normal(size=(3, 16))
    field = x.reshape(3, 4, 4)
    staggered = sum((-1) ** (i + j) * field[:, i, j] for i in range(4) for j in range(4)) / 16
    pairs = [
        ((i, j), ((i + a) % 4, (j + 1 - a) % 4)) for i in range(4) for j in range(4) for a in (0, 1)
    ]
    bonds = sum(field[:, *here] * field[:, *there] for here, there in pairs) / 16
    assert staggered_field(tf.constant(x)).numpy() == pytest.approx(staggered, abs=1e-12)
    assert bond_energy(tf.constant(x)).numpy() == pytest.approx(bonds, abs=1e-12)
    for feature in (staggered_field, bond_energy):
        with pytest.raises(ValueError, match="samples: expected L² sites, got 15"):
            feature(tf.constant(x[:, :15]))


def test_the_weights_of_a_linear_feature_may_be_a_variable_that_is_ascended():
    weights = tf.Variable([[1.0], [2.0]], dtype=tf.float64)

    @tf.function
    def slope(x):
        with tf.GradientTape() as tape:
            y = tf.reduce_sum(linear(weights)(x))
        return tape.gradient(y, weights)

    assert slope(tf.constant([[3.0, 4.0]], tf.float64)).numpy().tolist() == [[3.0], [4.0]]


def test_a_linear_feature_has_one_component_for_each_column():
    weights = np.random.default_rng(2).normal(size=(SITES, 2))
    y, volume = evaluate(linear(weights), samples())
    assert y == pytest.approx(samples() @ weights, rel=1e-12)
    # ½ ln det(WᵀW) at every sample, to rounding
    expected = 0.5 * np.linalg.slogdet(weights.T @ weights)[1]
    assert volume == pytest.approx(np.full(300, expected), rel=1e-12)


@pytest.mark.parametrize("weights", [3.0, np.ones((2, 2, 2))])
def test_weights_of_another_rank_are_refused(weights):
    with pytest.raises(ValueError, match=r"weights: expected shape \(N,\) or \(N, K\)"):
        linear(weights)


def test_weights_that_are_not_finite_are_refused():
    with pytest.raises(ValueError, match="weights: expected finite numbers"):
        linear([1, np.nan])


def as_chunks(x):
    return [x[:10], x[10:150], x[150:]]


@pytest.mark.parametrize("split", [lambda x: x, as_chunks, lambda x: iter(as_chunks(x))])
def test_principal_components_are_the_eigenvectors_of_the_covariance(split):
    x = samples()
    found = principal_components(split(x), count=3)
    covariance = np.cov(x, rowvar=False)
    values, vectors = np.linalg.eigh(covariance)
    vectors = vectors[:, ::-1][:, :3]
    vectors = vectors * np.sign(vectors[np.abs(vectors).argmax(axis=0), np.arange(3)])
    # float64, and gaps between the eigenvalues of order one
    assert found == pytest.approx(vectors, abs=1e-10)
    variances = np.diag(found.T @ covariance @ found)
    assert variances == pytest.approx(values[::-1][:3], rel=1e-10)


def test_a_large_mean_costs_principal_components_no_digits():
    # In float32 the squares of the mean alone, 1e8, would be uncertain by more than the variances.
    x = (samples() + 1e4).astype(np.float32)
    expected = principal_components(x.astype(np.float64), count=2)
    # Products of float32 numbers are good to 1e-7 of the variances, vectors to that over the gaps.
    assert principal_components(x, count=2) == pytest.approx(expected, abs=1e-5)


def test_whole_numbers_have_principal_components():
    x = np.round(10 * samples())
    found = principal_components(x.astype(np.int16))
    assert found == pytest.approx(principal_components(x), abs=1e-12)


@pytest.mark.parametrize(
    ("x", "count", "message"),
    [
        (np.ones(5), 1, r"samples: expected shape \(n, N\), got \(5,\)"),
        (samples(7), 7, "count: expected 1 to 6, for 7 samples of N = 7, got 7"),
        (samples(1), 1, "count: expected 1 to 0, for 1 samples of N = 7, got 1"),
        ([], 1, "samples: expected at least one chunk, got none"),
        (samples(), 0, "count: expected 1 to 7, for 300 samples of N = 7, got 0"),
        (samples(), 8, "count: expected 1 to 7, for 300 samples of N = 7, got 8"),
        (samples(), 1.5, "count: expected a whole number >= 0, got 1.5"),
        (np.full((20, 3), np.nan), 1, "samples: expected finite numbers"),
        ([samples(), np.full((20, 7), np.nan)], 1, "samples: expected finite numbers"),
        (np.ones((20, 1200)), 1, "samples: expected rows that differ, all are the same"),
    ],
    ids=[
        "shape", "few", "one", "none", "no component", "too many components", "half a component",
        "nan", "nan in a later chunk", "constant",
    ],
)  # fmt: skip
def test_bad_input_for_principal_components_is_named(x, count, message):
    with pytest.raises(ValueError, match=message):
        principal_components(x, count=count)


def many_sites(n, *, sites=1500, strong=3):
    """Samples, of which `strong` directions have variances far above that of the others."""
    generator = np.random.default_rng(n)
    hidden = generator.normal(size=(n, strong)) * np.arange(strong, 0, -1)
    directions = np.linalg.qr(generator.normal(size=(sites, strong)))[0]
    return hidden @ directions.T + 0.02 * generator.normal(size=(n, sites)) + 1


def leading(x, count, weights=None):
    """The same by one singular value decomposition, signs by the largest entry."""
    w = np.full(len(x), 1 / len(x)) if weights is None else weights / weights.sum()
    away = np.sqrt(w)[:, np.newaxis] * (x - w @ x)
    vectors = np.linalg.svd(away, full_matrices=False)[2][:count].T
    return vectors * np.sign(vectors[np.abs(vectors).argmax(axis=0), np.arange(count)])


@pytest.mark.parametrize("n", [200, 2000], ids=["fewer than N", "more than N"])
@pytest.mark.parametrize(
    "kind", [lambda x: x, lambda x: iter([x[:70], x[70:]])], ids=["", "chunks"]
)
def test_components_of_many_sites_come_from_an_iterative_solver(n, kind):
    x = many_sites(n)
    # float64, and gaps between the eigenvalues of order one
    assert principal_components(kind(x), count=3) == pytest.approx(leading(x, 3), abs=1e-9)


def test_all_components_that_a_few_samples_have():
    for x in (many_sites(20), samples(5)):
        found = principal_components(x, count=len(x) - 1)
        # the noise's own variances are close: each one's vector, less well than their plane
        assert found[:, :3] == pytest.approx(leading(x, 3), abs=1e-8)
        assert found.T @ found == pytest.approx(np.eye(len(x) - 1), abs=1e-10)
        rest = (x - x.mean(axis=0)) @ (np.eye(x.shape[1]) - found @ found.T)
        assert np.abs(rest).max() < 1e-6  # nothing of the samples lies outside of it


def test_components_of_many_sites_are_the_same_at_each_call_and_whatever_the_mean():
    x = many_sites(300)
    found = principal_components(x, count=2)
    assert np.array_equal(principal_components(x, count=2), found)
    assert principal_components(x + 1e6, count=2) == pytest.approx(found, abs=1e-8)


@pytest.mark.parametrize("sites", [7, 1500])
def test_weighted_components_are_those_of_rows_that_often(sites):
    x = samples(200) if sites == 7 else many_sites(200)
    times = np.random.default_rng(3).integers(0, 4, 200)
    repeated = np.repeat(x, times, axis=0)
    found = principal_components(x + 1e4, count=2, weights=0.1 * times)
    # of values 1e4 float64 keeps 1e-12
    assert found == pytest.approx(principal_components(repeated, count=2), abs=1e-9)


@pytest.mark.parametrize(
    ("x", "weights", "message"),
    [
        (samples(50), np.ones(49), r"weights: expected shape \(50,\), got \(49,\)"),
        (samples(50), -np.ones(50), "weights: expected finite numbers >= 0"),
        ([samples(50)], np.ones(50), "weights: expected samples in one array, got chunks"),
        (samples(50), np.arange(50) < 2, "count: expected 1 to 1, for 2 samples of N = 7, got 2"),
    ],
    ids=["length", "negative", "chunks", "few with weight"],
)
def test_bad_weights_of_principal_components_are_named(x, weights, message):
    with pytest.raises(ValueError, match=message):
        principal_components(x, count=2, weights=weights)


@pytest.mark.parametrize("feature", [mean_field, amplitude_position, linear([0.5, 0.5, 0.5, 0.5])])
def test_whole_numbers_are_refused_since_the_weights_would_be_cut(feature):
    with pytest.raises(TypeError, match="samples: expected floating point, got int32"):
        feature(tf.constant([[1, 2, 4, 5]]))


def test_untwisting_undoes_the_twist_and_the_angle_is_the_polar_one():
    spiral, axis = Spiral(alpha=0.7), [0.6, 0.8]
    x = spiral.sample(500, seed=0)
    before = spiral.untwist(x) @ axis
    along = untwisted_axis(spiral.alpha, axis)(tf.constant(x))
    np.testing.assert_allclose(along, before, rtol=0, atol=1e-12)  # values of order 1 in float64
    in_single = untwisted_axis(spiral.alpha, axis)(tf.constant(x, tf.float32))
    np.testing.assert_allclose(in_single, before, rtol=0, atol=1e-5)
    np.testing.assert_allclose(polar_angle(tf.constant(x)), np.arctan2(x[:, 1], x[:, 0]))


def test_weights_in_a_list_keep_their_digits():
    x = tf.constant([[1.0, 0.0], [0.0, 1.0]], tf.float64)
    assert linear([0.1, 0.7])(x).numpy().tolist() == [0.1, 0.7]
