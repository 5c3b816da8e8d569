"""Information at two resolutions: quadratures, invariance, its error and what it refuses."""

import math

import rmi_tf
from rmi_tf import dial_information, linear, tf
from rmi_tf.estimators.marks import Marks

import numpy as np
import pytest
from scipy.special import entr, ndtr
from scipy.stats import ncx2

from data_generators import Spiral

FIRST = linear([1.0, 0.0])
SEEDS = range(60)
BOTH = [(0.5, 0.1), (0.25, 0.05), (1.0, 0.3)]


def gaussian(n=50_000, seed=0):
    return np.random.default_rng(seed).normal(size=(n, 2))


def by_quadrature(weights, shown, delta):
    """I(x; y) from what the dial shows, (x, λ), of equally likely or weighted x and λ.

    Args:
        weights: of x and of λ.
        shown: F(f(x + ελ)), (x, λ).
        delta: the error of a reading.
    """
    of_x, of_noise = weights
    y = np.linspace(-7 * delta, 1 + 7 * delta, 301)  # smooth: such a sum is exact to 1e-6
    step = y[1] - y[0]
    entropies = [
        entr(bell((y[:, np.newaxis] - row) / delta) / delta @ of_noise).sum() * step
        for row in shown
    ]
    whole = entr(ndtr(y / delta) - ndtr((y - 1) / delta)).sum() * step
    return whole - of_x @ entropies


def bell(z):
    """The density of norm, in a third of its time."""
    return np.exp(-0.5 * z**2) / math.sqrt(2 * math.pi)


def normal_nodes(n, reach=6):
    z = np.linspace(-reach, reach, n)
    return z, bell(z) / bell(z).sum()


def assert_agrees(found, exact):
    # chance of 4 standard errors: 6e-5 a case at a fixed seed; a quadrature is good to 1e-4
    assert abs(found.information - exact) < 4 * found.se + 1e-4


@pytest.mark.parametrize(("epsilon", "delta"), BOTH)
def test_a_linear_feature_of_a_gaussian(epsilon, delta):
    (x, of_x), (noise, of_noise) = normal_nodes(201), normal_nodes(201)
    shown = ndtr((x[:, np.newaxis] + epsilon * noise) / np.hypot(1, epsilon))
    found = dial_information(FIRST, gaussian(), epsilon, delta, seed=1, read=2000)
    assert_agrees(found, by_quadrature((of_x, of_noise), shown, delta))
    assert 0 < found.se < 0.02


@pytest.mark.parametrize(("epsilon", "delta"), BOTH)
def test_the_squared_radius_of_a_gaussian_pair(epsilon, delta):
    share = (np.arange(150) + 0.5) / 150
    radius2 = -2 * np.log(share)  # of x, equally likely; |x + ελ|²/ε² is noncentral χ² given it
    quantile = (np.arange(1000) + 0.5) / 1000
    moved2 = epsilon**2 * ncx2.ppf(quantile, 2, radius2[:, np.newaxis] / epsilon**2)
    shown = -np.expm1(-moved2 / 2 / (1 + epsilon**2))
    weights = np.full(150, 1 / 150), np.full(1000, 1e-3)
    feature = lambda x: tf.reduce_sum(x**2, axis=1) / 2  # noqa: E731
    found = dial_information(feature, gaussian(), epsilon, delta, seed=1, read=2000)
    assert_agrees(found, by_quadrature(weights, shown, delta))


@pytest.mark.parametrize(("epsilon", "delta"), [(0.5, 0.1), (0.25, 0.05), (0.25, 0.1)])
def test_lanes_on_the_spiral(epsilon, delta):
    """y = 100 ⌊x₁/w⌋ + x₂: the scale and y given x from sums over the plane, without a draw."""
    spiral, width = Spiral(), 0.5
    x = spiral.sample(400, seed=3).astype(np.float64)
    strips = np.arange(-16, 16)
    across = np.linspace(-6, 6, 1201)
    step = across[1] - across[0]
    # P of x + ελ at each strip and x₂, from a fine lattice of the density and its blur
    axis = spiral.lattice_axis(points=240, half_width=6.0)
    weights = spiral.lattice(points=240, half_width=6.0)[1].reshape(240, 240)
    per_strip = weights.T @ strip_shares(axis, epsilon, width, strips)  # (x₂, strips)
    along = ndtr((across[:, np.newaxis] - axis) / epsilon)  # P(x₂ + ελ₂ < across)
    below = along @ per_strip  # (across, strips)
    mass = per_strip.sum(axis=0)
    start = np.cumsum(mass) - mass
    scale = (start + below) / mass.sum()
    cell = np.clip(scale * 800, 0, 799).astype(int).ravel()
    shares = strip_shares(x[:, 0], epsilon, width, strips)
    within = bell((across - x[:, 1:]) / epsilon) / epsilon * step
    given = [
        np.bincount(cell, np.outer(there, share).ravel(), minlength=800)
        for there, share in zip(within, shares, strict=True)
    ]
    y = np.linspace(-7 * delta, 1 + 7 * delta, 301)  # smooth: such a sum is exact to 1e-6
    kernel = bell((y[:, np.newaxis] - (np.arange(800) + 0.5) / 800) / delta) / delta
    entropies = entr(kernel @ np.transpose(given)).sum(axis=0) * (y[1] - y[0])
    whole = entr(ndtr(y / delta) - ndtr((y - 1) / delta)).sum() * (y[1] - y[0])
    exact = whole - entropies
    lanes = lambda x: 100 * tf.floor(x[:, 0] / width) + x[:, 1]  # noqa: E731
    samples = np.concatenate([x, spiral.sample(100_000, seed=4)])
    found = dial_information(lanes, samples, epsilon, delta, seed=1, read=400, draws=4096)
    # the same 400 x in both: what is left are draws and the scale
    both = np.hypot(found.se, exact.std() / 20)
    assert abs(found.information - exact.mean()) < both / 4
    assert found.se == pytest.approx(exact.std() / 20, rel=0.25)


def strip_shares(x1, epsilon, width, strips):
    edges = (np.append(strips, strips[-1] + 1) * width - x1[:, np.newaxis]) / epsilon
    return np.diff(ndtr(edges), axis=1)


@pytest.mark.parametrize("name", ["3 y", "-y", "y³ + 5 y", "exp y"])
def test_it_is_the_same_in_every_gauge(name):
    gauge = {
        "3 y": lambda y: 3 * y,
        "-y": lambda y: -y,
        "y³ + 5 y": lambda y: y**3 + 5 * y,
        "exp y": tf.exp,
    }[name]
    x = gaussian()
    found = [
        dial_information(feature, x, 0.3, 0.1, seed=2)
        for feature in (FIRST, lambda x: gauge(FIRST(x)))
    ]
    # the scale interpolates between 100,000 values: 1e-5 of the dial
    assert abs(found[0].information - found[1].information) < 1e-3
    assert found[0].se == pytest.approx(found[1].se, rel=0.01)


def test_the_standard_error_is_the_scatter_between_samples():
    how = {"read": 500, "draws": 256}
    one = [dial_information(FIRST, gaussian(2000, s), 0.3, 0.1, seed=s, **how) for s in range(60)]
    scatter = np.std([r.information for r in one], ddof=1)
    # of 60 values the deviation is known to 9 %: four of these
    assert np.mean([r.se for r in one]) == pytest.approx(scatter, rel=0.37)


def test_shares_have_the_information_as_mean_and_pair_features_of_the_same_draws():
    x = gaussian()
    first, turned = (
        dial_information(linear(w), x, 0.3, 0.1, seed=5) for w in ([1.0, 0.0], [1.0, 0.02])
    )
    for found in (first, turned):
        assert found.shares.shape == (len(x),)
        assert found.shares.mean() == pytest.approx(found.information, abs=1e-9)
    difference = first.shares - turned.shares
    # both have the same information: the paired error sees what the single ones can't
    error = difference.std(ddof=1) / np.sqrt(len(x))
    assert error < first.se / 5
    assert abs(difference.mean()) < 4 * error


def test_the_same_seed_gives_the_same_bits():
    a, b, c = (dial_information(FIRST, gaussian(2000), 0.3, 0.1, seed=s) for s in (0, 0, 1))
    assert np.array_equal(a.shares, b.shares) and a.information != c.information


def test_few_draws_are_corrected():
    x = gaussian()
    few, many = (
        dial_information(FIRST, x, 0.3, 0.05, seed=6, draws=d, read=4000) for d in (256, 2048)
    )
    # without the correction: about (1 + width of y given x over δ)/2 draws, 0.01
    assert abs(few.information - many.information) < 0.003


def test_a_place_on_the_dial_that_is_certain_has_a_gaussians_entropy():
    mass = np.zeros((1, 120))
    mass[0, 60] = 1.0  # 120 cells, δ = 0.05: six cells to a δ, as everywhere
    # the cell's width is part of the place: the variance is δ², to second order in the cell
    exact = 0.5 * np.log(2 * np.pi * np.e * 0.05**2)
    kernel_variance = 0.05**2 - (1 / 120) ** 2 / 12
    assert Marks(120, 0.05).entropies(mass)[0][0] == pytest.approx(
        exact + 0.5 * np.log(kernel_variance / 0.05**2), abs=1e-6
    )


@pytest.mark.parametrize(
    ("changed", "error", "message"),
    [
        ({"delta": 0.0}, ValueError, "delta: expected a finite number > 0"),
        ({"delta": 1.5}, ValueError, "delta: expected a share of the dial's length"),
        ({"epsilon": -1.0}, ValueError, "epsilon: expected a finite number > 0"),
        ({"read": 99}, ValueError, "read: expected a whole number >= 100"),
        ({"draws": 63}, ValueError, "draws: expected a whole number >= 64"),
        ({"seed": -1}, ValueError, "seed: expected a whole number >= 0"),
        ({"feature": lambda x: x}, ValueError, "feature: a dial shows one component, got K = 2"),
        ({"feature": lambda x: 0 * x[:, 0]}, ValueError, "feature: expected values that vary"),
        ({"samples": [gaussian(200)]}, TypeError, "samples: expected an array"),
        ({"samples": gaussian(99)}, ValueError, "samples: expected at least 100"),
    ],
)
def test_bad_arguments_are_named(changed, error, message):
    good = {"feature": FIRST, "samples": gaussian(200), "epsilon": 0.3, "delta": 0.1, "seed": 0}
    with pytest.raises(error, match=message):
        rmi_tf.dial_information(**(good | changed))
