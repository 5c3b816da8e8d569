"""The information at finite resolution, Eqs. (3) to (5), against exact values of Gaussians."""

import math

import rmi_tf
from rmi_tf import linear, tf

import numpy as np
import pytest
from scipy.special import entr, ndtr
from scipy.stats import ncx2, norm, uniform

from data_generators import Spiral

COVARIANCE = np.array([[2.0, 0.6, 0.0], [0.6, 1.0, -0.3], [0.0, -0.3, 0.5]])
ONE = np.array([1.0, 2.0, -1.0])
TWO = np.array([[1.0, 2.0, -1.0], [0.5, -1.0, 1.0]]).T


def gaussian_samples(n=4000, *, seed=0):
    return np.random.default_rng(seed).normal(size=(n, 3)) @ np.linalg.cholesky(COVARIANCE).T


def exact(weights, epsilon, noise=None):
    """½ ln det(wᵀCw + ε²wᵀΣw) - ½ ln det(ε²wᵀΣw)."""
    w = weights.reshape(3, -1)
    signal, noise = (
        w.T @ COVARIANCE @ w,
        epsilon**2 * w.T @ (np.eye(3) if noise is None else noise) @ w,
    )
    return 0.5 * (np.linalg.slogdet(signal + noise)[1] - np.linalg.slogdet(noise)[1])


@pytest.mark.parametrize("weights", [ONE, TWO], ids=["K=1", "K=2"])
@pytest.mark.parametrize("epsilon", [0.01, 0.3, 2.0])
def test_a_linear_feature_of_a_gaussian_has_its_exact_information(weights, epsilon):
    result = rmi_tf.regularized_information(linear(weights), gaussian_samples(), epsilon, seed=1)
    assert abs(result.information - exact(weights, epsilon)) < 4 * result.se
    components = weights.size // 3
    renormalization = components * norm(scale=epsilon).entropy()
    assert result.rmi == pytest.approx(result.information + renormalization)
    assert result.information == pytest.approx(result.entropy - result.conditional_entropy)
    assert (result.n, result.epsilon) == (4000, epsilon) and result.draws >= 256


@pytest.mark.parametrize(
    "noise",
    [np.array([1.0, 4.0, 0.25]), COVARIANCE, lambda x: tf.ones_like(x) * [1.0, 4.0, 0.25]],
    ids=["variances", "matrix", "function"],
)
def test_the_noise_may_have_a_covariance(noise):
    result = rmi_tf.regularized_information(
        linear(ONE), gaussian_samples(), 0.1, seed=1, noise_covariance=noise
    )
    matrix = np.diag([1.0, 4.0, 0.25]) if callable(noise) or noise.ndim == 1 else noise
    assert abs(result.information - exact(ONE, 0.1, matrix)) < 4 * result.se


def test_a_covariance_may_depend_on_x():
    noise = lambda x: (1 + x[:, :1] ** 2)[:, :, None] * tf.eye(3, dtype=x.dtype)  # noqa: E731
    x = gaussian_samples()
    finite = rmi_tf.regularized_information(linear(ONE), x, 1e-3, seed=1, noise_covariance=noise)
    limit = rmi_tf.renormalized_mutual_information(linear(ONE), x, noise_covariance=noise)
    assert abs(finite.rmi - limit.rmi) < 4 * finite.se


def test_the_error_is_the_scatter_of_independent_estimates():
    results = [
        rmi_tf.regularized_information(linear(ONE), gaussian_samples(500, seed=s), 0.1, seed=s)
        for s in range(100)
    ]
    scatter = np.std([r.information for r in results], ddof=1)
    # the standard deviation of 100 values is known to 7 %
    assert np.mean([r.se for r in results]) == pytest.approx(scatter, rel=0.25)


@pytest.mark.parametrize("draws", [8, 16, 64])
@pytest.mark.parametrize("components", [1, 2])
def test_few_gaussian_draws_have_no_bias(draws, components):
    y = np.random.default_rng(3).normal(size=(20_000, draws, components))
    h = rmi_tf.conditional_entropies(
        y @ np.array([[3.0, 1.0], [0.0, 0.2]])[-components:, -components:]
    )
    true = components * norm.entropy() + math.log(0.6 if components == 2 else 0.2)
    error = np.std(h) / math.sqrt(len(h)) + 0.0006 * (components == 1)  # and of the calibration
    assert abs(np.mean(h) - true) < 4 * error


def test_few_uniform_draws_have_the_bias_that_is_stated():
    h = rmi_tf.conditional_entropies(np.random.default_rng(3).uniform(size=(20_000, 16)))
    assert np.mean(h) - uniform.entropy() == pytest.approx(0.08, abs=0.01)


def test_a_constant_feature_tells_nothing():
    result = rmi_tf.regularized_information(
        lambda x: tf.zeros_like(x[:, 0]), gaussian_samples(), 0.1, seed=0
    )
    assert result.information == 0
    assert result.rmi == rmi_tf.noise_entropy(0.1)


def test_the_same_seed_gives_the_same_draws_and_another_one_others():
    x = gaussian_samples(300)
    draws = [rmi_tf.noisy_values(linear(ONE), x, 0.1, seed=s) for s in (0, 0, 1)]
    assert draws[0].shape == (300, 16, 1)
    assert np.array_equal(draws[0], draws[1])
    assert not np.array_equal(draws[0], draws[2])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"epsilon": 0.0}, "epsilon: expected a finite number > 0"),
        ({"read": 99}, "read: expected a whole number >= 100"),
        ({"samples": np.zeros(5)}, "samples: expected shape"),
        ({"noise_covariance": np.array([1.0, 1.0])}, "noise_covariance: expected shape"),
        ({"feature": lambda x: tf.nn.relu(x[:, 0])}, "some coincide"),
        ({"feature": lambda x: x[:, 0] + 1e9, "epsilon": 1e-9}, "some coincide"),
        ({"feature": lambda x: tf.math.log(x[:, 0])}, "expected finite values"),
        ({"feature": lambda x: x[:3, 0]}, "feature: expected values"),
    ],
)
def test_bad_input_is_named(arguments, message):
    good = {"feature": linear(ONE), "samples": gaussian_samples(300), "epsilon": 0.1, "seed": 0}
    with pytest.raises(ValueError, match=message):
        rmi_tf.regularized_information(**(good | arguments))


def test_samples_must_be_an_array():
    with pytest.raises(TypeError, match="samples: expected an array"):
        rmi_tf.regularized_information(linear(ONE), [gaussian_samples()], 0.1, seed=0)


def squared_radius_by_quadrature(epsilon):
    """I_ε of r²/2 of a Gaussian pair: y is exponential, and given x a noncentral χ²."""
    quantile = (np.arange(1000) + 0.5) / 1000
    entropies = []
    for centre in -2 * np.log(quantile) / epsilon**2:
        width = 2 * np.sqrt(1 + centre)
        z = np.linspace(max(1e-9, 2 + centre - 12 * width), 2 + centre + 14 * width, 2001)
        entropies.append(np.trapezoid(entr(ncx2.pdf(z, 2, centre)), z) + np.log(epsilon**2 / 2))
    return 1 + np.log1p(epsilon**2) - np.mean(entropies)


@pytest.mark.parametrize("epsilon", [0.1, 0.3, 1.0])
def test_the_squared_radius_of_a_gaussian_pair(epsilon):
    x = np.random.default_rng(2).normal(size=(100_000, 2))
    feature = lambda x: tf.reduce_sum(x**2, axis=1) / 2  # noqa: E731
    found = rmi_tf.regularized_information(feature, x, epsilon, seed=1, read=4000)
    assert found.se < 0.011
    assert abs(found.information - squared_radius_by_quadrature(epsilon)) < 4 * found.se


def lanes_by_sums(spiral, width, epsilon):
    """I_ε + H_ε of y = 100 ⌊x₁/w⌋ + x₂ = H(strip, x₂) - <H(strip | x)>, both of x + ελ."""
    axis, step = np.linspace(-6, 6, 241, retstep=True)
    plane = np.stack(np.meshgrid(axis, axis, indexing="ij"), axis=-1).reshape(-1, 2)
    mass = spiral.density(plane).reshape(241, 241) * step**2
    edges = np.arange(-9, 9 + width / 2, width)
    of_strips = np.diff(ndtr((edges - axis[:, np.newaxis]) / epsilon), axis=1)
    blur = norm.pdf(axis[:, np.newaxis], axis, epsilon) * step
    both = of_strips.T @ mass @ blur.T / step
    return entr(both).sum() * step - mass.sum(axis=1) @ entr(of_strips).sum(axis=1)


def what_x_tells(spiral, epsilon):
    """I(x; x + ελ) + H_ε, which no feature exceeds."""
    axis, step = np.linspace(-6, 6, 241, retstep=True)
    plane = np.stack(np.meshgrid(axis, axis, indexing="ij"), axis=-1).reshape(-1, 2)
    blur = norm.pdf(axis[:, np.newaxis], axis, epsilon) * step
    moved = blur @ spiral.density(plane).reshape(241, 241) @ blur.T
    return entr(moved).sum() * step**2 - rmi_tf.noise_entropy(epsilon)


def test_lanes_on_the_spiral_approach_what_x_tells():
    spiral, epsilon = Spiral(), 0.5
    x, bound = spiral.sample(100_000, seed=3), what_x_tells(spiral, epsilon)
    assert bound == pytest.approx(2.032, abs=1e-3)
    for width, rounded in [(1.0, 1.92), (0.5, 2.00), (0.1, 2.03)]:
        truth = lanes_by_sums(spiral, width, epsilon)
        assert truth < bound and truth == pytest.approx(rounded, abs=0.006)
        lanes = lambda x, w=width: 100 * tf.floor(x[:, 0] / w) + x[:, 1]  # noqa: E731
        found = rmi_tf.regularized_information(lanes, x, epsilon, seed=1)
        # half of the draws may differ by 0.01 from all of them
        assert abs(found.rmi - truth) < 4 * found.se + 0.01
        few = rmi_tf.conditional_entropies(
            rmi_tf.noisy_values(lanes, x[:20_000], epsilon, seed=1)
        ).numpy()
        assert few.mean() > found.conditional_entropy + 0.5  # sixteen draws miss the folds


def test_folds_too_fine_for_any_number_of_draws_are_refused(monkeypatch):
    monkeypatch.setattr("rmi_tf.estimators.draws.MOST_DRAWS", 2**12)
    lanes = lambda x: 100 * tf.floor(x[:, 0] / 0.02) + x[:, 1]  # noqa: E731
    with pytest.raises(ValueError, match=r"draws: expected an entropy that holds still"):
        rmi_tf.regularized_information(lanes, gaussian_samples(300), 0.5, seed=0, read=100)


def test_no_information_is_beyond_what_x_tells_whatever_the_folds():
    x = gaussian_samples(1000)[:, :2]
    bound = 0.5 * np.linalg.slogdet(np.eye(2) + 4 * COVARIANCE[:2, :2])[1]  # ε = 0.5
    for width in (0.1, 0.01, 0.003, 0.001):
        lanes = lambda x, w=width: 100 * tf.floor(x[:, 0] / w) + x[:, 1]  # noqa: E731
        found = rmi_tf.regularized_information(lanes, x, 0.5, seed=0, read=100)
        assert 0 < found.information < bound + 4 * found.se


def test_a_negative_information_is_told():
    with pytest.warns(UserWarning, match=r"I_ε = -.* is negative"):
        for seed in range(20):  # none at all to be found: half of the estimates are below it
            rmi_tf.regularized_information(
                lambda x: tf.sin(40 * x[:, 0]), gaussian_samples(200), 3.0, seed=seed
            )


def test_a_handful_of_draws_that_miss_the_folds_is_told():
    lanes = lambda x: 100 * tf.floor(2 * x[:, 0]) + x[:, 1]  # noqa: E731
    y = rmi_tf.noisy_values(lanes, Spiral().sample(2000, seed=3), 0.5, seed=1)
    with pytest.warns(UserWarning, match=r"I_ε = -2.* is negative"):
        rmi_tf.information_from_draws(y, 0.5)
