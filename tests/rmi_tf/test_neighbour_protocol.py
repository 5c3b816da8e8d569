"""The ascent of RMI by nearest neighbours: its value, its gradient, its invariance, its maximum."""

import math

from rmi_tf import ascend, exchangeable_network, linear, neighbour_protocol, tf

import numpy as np
import pytest
from scipy.spatial import cKDTree
from scipy.special import digamma

from data_generators import LiquidDrop
from tests.linear_models import Chain, Linear

VARIANCES = np.array([3.0, 2.0, 0.5, 0.3])


def samples(n=2000, *, seed=0):
    return np.random.default_rng(seed).normal(size=(n, 4)) * np.sqrt(VARIANCES)


def terms_of(feature, x, **options):
    protocol = neighbour_protocol(x, steps=1, batch=len(x), **options)
    return protocol.objective(feature, tf.constant(protocol.points(0)))


@pytest.mark.parametrize("components", [1, 2, 3])
@pytest.mark.parametrize("k", [4, 8])
def test_the_value_is_that_of_components_of_a_gaussian(components, k):
    terms = terms_of(linear(np.eye(4)[:, :components]), samples(), k=k)
    exact = 0.5 * np.log(2 * np.pi * np.e * VARIANCES[:components]).sum()
    # ln p scatters by √(K/2) and the logarithm of a ball by about as much: √(K/2000) at K = 3 is
    # 0.04, and balls reach over the curvature of the density by 0.05 at k = 8
    assert float(terms.ascended) == pytest.approx(exact, abs=0.13)
    assert float(terms.entropy - terms.log_volume) == pytest.approx(float(terms.ascended))


def test_a_linear_map_of_y_changes_nothing():
    w = np.random.default_rng(1).normal(size=(4, 2))
    one, other = (
        terms_of(linear(weights), samples(500)).ascended
        for weights in (w, w @ np.array([[1e3, 2.0], [0.0, 1e-3]]))
    )
    # the neighbours are the same but for rounding, which the map's condition of 1e6 makes large
    assert float(other) == pytest.approx(float(one), abs=1e-6)


def literal_rmi(x, w, factor, k=8):
    """The same by SciPy's tree, with distances in units of a given factor of the covariance."""
    z = np.linalg.solve(factor, (x @ w).T).T
    radius = cKDTree(z).query(z, k + 1)[0][:, -1]
    terms = digamma(len(x)) - digamma(k) + math.log(math.pi) + 2 * np.log(radius)
    volume = 0.5 * np.linalg.slogdet(w.T @ w)[1]
    return terms.mean() + np.linalg.slogdet(factor)[1] - volume


def test_value_and_gradient_are_those_of_a_literal_version():
    x, start = samples(300), np.random.default_rng(1).normal(size=(4, 2))
    model, direction = Linear(start), np.random.default_rng(2).normal(size=(4, 2))
    with tf.GradientTape() as tape:
        value = terms_of(model, x).ascended
    slope = np.sum(tape.gradient(value, model.w).numpy() * direction)
    # the unit of distances stays while w moves
    factor = np.linalg.cholesky(np.cov((x @ start).T, ddof=0))
    step = 1e-6  # too small to change any neighbour; rounding is 1e-15/1e-6
    before, here, after = (literal_rmi(x, start + t * step * direction, factor) for t in (-1, 0, 1))
    assert float(value) == pytest.approx(here, abs=1e-10)
    assert slope == pytest.approx((after - before) / (2 * step), abs=1e-6)


def test_a_gaussians_best_plane_is_that_of_its_leading_eigenvectors():
    model = Linear(np.random.default_rng(3).normal(size=(4, 2)))
    protocol = neighbour_protocol(lambda s: samples(400, seed=s), steps=100, rate=0.1)
    ascend(model, protocol, steps=100)
    plane = np.linalg.qr(model.w.numpy())[0]
    exact = 0.5 * np.log(2 * np.pi * np.e * VARIANCES[:2]).sum()
    there = 0.5 * math.log(np.linalg.det(2 * np.pi * np.e * plane.T @ np.diag(VARIANCES) @ plane))
    # fresh points at each step, the rate decays to zero: what is left is second order in the angle;
    # there is one maximum, and starts that differ by 0.02 end within 0.002
    assert exact - 0.03 < there <= exact


@pytest.mark.slow
@pytest.mark.parametrize("components", [3, 4])
def test_a_chains_softest_modes_are_the_best_three_and_four_components(components):
    chain = Chain()
    fresh = lambda s: chain.sample(400, seed=[3, s])  # noqa: E731
    model = Linear(np.random.default_rng(3).normal(size=(chain.masses, components)))
    ascend(model, neighbour_protocol(fresh, steps=300, rate=0.1), steps=300)
    best, there = chain.best(components), chain.rmi(model.w.numpy())
    # four starts ended within 0.002; one that rests at a saddle for long is 0.18 away
    assert best - 0.03 < there <= best + 1e-12


@pytest.mark.parametrize(
    ("x", "options", "message"),
    [
        (samples(100), {"steps": 0}, "steps: expected a whole number >= 1, got 0"),
        (samples(100), {"steps": 1, "k": 0.5}, "k: expected a whole number >= 1, got 0.5"),
        (samples(8), {"steps": 1}, "x: expected more than k = 8 samples, got 8"),
    ],
    ids=["steps", "k", "few"],
)
def test_bad_input_is_named(x, options, message):
    with pytest.raises(ValueError, match=message):
        neighbour_protocol(x, **options)


@pytest.mark.slow
@pytest.mark.same_bits  # 1e-6 in the first weights changes the rise by 0.01
def test_a_network_learns_the_shape_of_a_gas_drop():
    # 20 particles at random places, no relaxation: cheap, and as elongated as Fig. 2d's widest
    drop = LiquidDrop.paper(deformation=0.3, particles=20, steps=0)
    x, model = drop.sample(2048, seed=0), exchangeable_network(20, seed=0)
    history = ascend(model, neighbour_protocol(x[:256], steps=60), steps=60)
    assert np.mean(history.rmi[-5:]) > np.mean(history.rmi[:5]) + 0.1
