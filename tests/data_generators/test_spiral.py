import numpy as np
import pytest

from data_generators.spiral import Spiral

AREA_GRID = np.linspace(-6, 6, 601)
CELL = (AREA_GRID[1] - AREA_GRID[0]) ** 2


@pytest.fixture(scope="module")
def plane():
    return np.stack(np.meshgrid(AREA_GRID, AREA_GRID, indexing="ij"), axis=-1).reshape(-1, 2)


def test_untwisting_undoes_the_twist_and_both_keep_the_radius():
    x = np.random.default_rng(0).normal(size=(1000, 2))
    spiral = Spiral(alpha=1.3)
    assert np.allclose(spiral.untwist(spiral.twist(x)), x, rtol=0, atol=1e-13)
    assert np.allclose(np.hypot(*spiral.twist(x).T), np.hypot(*x.T), rtol=0, atol=1e-13)


def test_the_twist_is_the_papers_formula():
    a, b = 0.3, -1.2
    angle = 0.5 * np.hypot(a, b)
    expected = [a * np.cos(angle) - b * np.sin(angle), a * np.sin(angle) + b * np.cos(angle)]
    assert np.allclose(Spiral(alpha=0.5).twist([[a, b]]), [expected], rtol=0, atol=1e-15)


def test_the_twist_preserves_area():
    spiral, step = Spiral(alpha=0.9), 1e-5
    x = np.random.default_rng(1).normal(size=(500, 2))
    columns = [
        (spiral.twist(x + d) - spiral.twist(x - d)) / (2 * step) for d in step * np.eye(2)
    ]  # central differences: error of order step²
    assert np.allclose(np.linalg.det(np.stack(columns, axis=-1)), 1, rtol=0, atol=1e-8)


def test_the_density_integrates_to_one(plane):
    # the trapezoidal rule is exact for smooth functions that vanish at the ends
    assert Spiral().density(plane).sum() * CELL == pytest.approx(1, abs=1e-7)


def test_the_entropy_agrees_with_quadrature(plane):
    density = Spiral().density(plane)
    quadrature = -np.sum(density * np.log(np.maximum(density, 1e-300))) * CELL
    assert Spiral().entropy() == pytest.approx(quadrature, abs=1e-6)


def test_samples_follow_the_density(plane):
    # E |x| and E x₁²x₂, by quadrature and from samples: within five standard errors
    x, density = Spiral().sample(200_000, seed=2), Spiral().density(plane) * CELL
    for function in (lambda x: np.hypot(*x.T), lambda x: x[:, 0] * x[:, 1], lambda x: x[:, 0] ** 2):
        values = function(x)
        error = values.std() / np.sqrt(len(x))
        assert abs(values.mean() - function(plane) @ density) < 5 * error


def test_without_a_twist_the_covariance_is_the_gaussians():
    spiral = Spiral(alpha=0.0)
    x = spiral.sample(400_000, seed=3)
    assert np.allclose(np.cov(x.T), [[0.64, -0.56], [-0.56, 1.0]], rtol=0, atol=0.01)
    assert np.allclose(spiral.covariance, [[0.64, -0.56], [-0.56, 1.0]], rtol=0, atol=1e-15)


def test_the_same_seed_gives_the_same_points_and_another_gives_others():
    for points in (Spiral().sample, Spiral().even_points):
        assert np.array_equal(points(100, seed=4), points(100, seed=4))
        assert not np.any(points(100, seed=4) == points(100, seed=5))


def test_even_points_average_better_than_samples():
    # the mean of |x|² is that of |x'|²: 0.64 + 1; a sample's mean scatters by about 0.09 here
    errors = [
        np.mean(np.sum(Spiral().even_points(1000, seed=seed) ** 2, axis=1)) - 1.64
        for seed in range(10)
    ]
    assert np.sqrt(np.mean(np.square(errors))) < 0.02


def test_the_lattice_is_appendix_d():
    x, weights = Spiral().lattice()
    assert x.shape == (10_000, 2)
    assert weights.shape == (10_000,)
    assert weights.sum() == pytest.approx(1, abs=1e-12)
    assert np.allclose(x[1] - x[0], [0, 8 / 99], rtol=0, atol=1e-12)
    assert np.array_equal(x[::100, 0], Spiral().lattice_axis())
    # what the square cuts off
    outside = 1 - Spiral().density(x).sum() * (8 / 99) ** 2
    assert outside == pytest.approx(0.00035, abs=0.00005)


@pytest.mark.parametrize(
    "wrong",
    [
        {"correlation": 1.0},
        {"correlation": -1.2},
        {"correlation": np.nan},
        {"deviations": (-0.8, 1.0)},
        {"deviations": (0.0, 1.0)},
        {"deviations": (np.nan, 1.0)},
        {"deviations": (1.0, 1.0, 1.0)},
        {"alpha": np.inf},
        {"alpha": np.nan},
    ],
)
def test_a_distribution_that_does_not_exist_is_refused_by_name(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        Spiral(**wrong)


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda spiral: spiral.sample(0, seed=0), "n"),
        (lambda spiral: spiral.even_points(1.5, seed=0), "n"),
        (lambda spiral: spiral.lattice(points=1), "points"),
        (lambda spiral: spiral.lattice(half_width=-1.0), "half_width"),
        (lambda spiral: spiral.lattice(half_width=1e6), "half_width"),
        (lambda spiral: spiral.density(np.zeros((3, 3))), "x"),
        (lambda spiral: spiral.twist(np.zeros(2)), "x"),
    ],
)
def test_bad_arguments_are_named(call, name):
    with pytest.raises(ValueError, match=f"^{name}: expected"):
        call(Spiral())
