"""The ascent of RMI by nearest neighbours: its value, its gradient, its invariance, its maximum."""

import math

from rmi_tf import ascend, exchangeable_network, linear, neighbour_protocol, tf

import numpy as np
import pytest
from scipy import stats
from scipy.spatial import cKDTree
from scipy.special import digamma, ndtri

from data_generators import LiquidDrop

VARIANCES = np.array([3.0, 2.0, 0.5, 0.3])


def samples(n=2000, *, seed=0):
    return np.random.default_rng(seed).normal(size=(n, 4)) * np.sqrt(VARIANCES)


class Linear(tf.Module):
    """x · W, the smallest model of two components."""

    def __init__(self, start):
        self.w = tf.Variable(start, dtype=tf.float64)

    def __call__(self, x):
        return tf.matmul(x, self.w)


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


MAPS = {
    "scaled": lambda y: y * [1e3, 1e-3],
    "tanh": lambda y: tf.tanh(y / 2),
    "exp": lambda y: tf.exp(y),
    "cubic": lambda y: y**3 + 5 * y,
}


@pytest.mark.parametrize("name", MAPS)
def test_a_monotone_map_of_each_component_changes_little(name):
    w, x = np.random.default_rng(1).normal(size=(4, 2)), samples(500)
    one, other = (
        float(terms_of(lambda x, to=to: to(tf.linalg.matmul(x, w)), x).ascended)
        for to in (lambda y: y, MAPS[name])
    )
    # The ranks are the same. Spacings over a map's curvature differ, most in the last windows, 16
    # of 500 samples on either side, by a part of a nat.
    assert other == pytest.approx(one, abs=1e-6 if name == "scaled" else 0.05)


def literal_rmi(x, w, at, k=8):
    """The same by SciPy's tree and sorted values; slopes, factor and neighbours are those at `at`.

    Returns the value, from x · w.
    """
    n, total, z = len(x), 0.0, []
    for here, there in zip((x @ w).T, (x @ at).T, strict=True):
        order = np.argsort(here)
        low, high = np.maximum(np.arange(n) - 8, 0), np.minimum(np.arange(n) + 8, n - 1)
        width = here[order][high] - here[order][low]
        total += np.mean(np.log(width) - digamma(high - low)) + math.log(n + 1)
        order = np.argsort(there)
        width = there[order][high] - there[order][low]
        surprisals = np.log(width) - digamma(high - low) + math.log(n + 1)
        place = ndtri((np.arange(n) + 0.5) / n)
        slope, rank = np.exp(-surprisals) / stats.norm.pdf(place), np.argsort(order)
        z.append(place[rank] + slope[rank] * (here - there))
    z = np.stack(z, axis=1)
    total += np.mean(stats.norm.logpdf(z).sum(axis=1))
    ranks = np.stack([ndtri((stats.rankdata(y) - 0.5) / n) for y in (x @ at).T], axis=1)
    factor = np.linalg.cholesky(np.cov(ranks.T, ddof=0))
    z = np.linalg.solve(factor, z.T).T
    radius = cKDTree(z).query(z, k + 1)[0]
    total += digamma(n) - digamma(k) + math.log(math.pi) + 2 * np.log(radius[:, -1]).mean()
    return total + np.linalg.slogdet(factor)[1] - 0.5 * np.linalg.slogdet(w.T @ w)[1]


def test_value_and_gradient_are_those_of_a_literal_version():
    x, start = samples(300), np.random.default_rng(1).normal(size=(4, 2))
    model, direction = Linear(start), np.random.default_rng(2).normal(size=(4, 2))
    with tf.GradientTape() as tape:
        value = terms_of(model, x).ascended
    slope = np.sum(tape.gradient(value, model.w).numpy() * direction)
    step = 1e-7  # too small to change any neighbour or rank; rounding is 1e-15/1e-7
    before, here, after = (literal_rmi(x, start + t * step * direction, start) for t in (-1, 0, 1))
    assert float(value) == pytest.approx(here, abs=1e-10)
    assert slope == pytest.approx((after - before) / (2 * step), abs=1e-5)


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


@pytest.mark.parametrize(
    ("x", "options", "message"),
    [
        (samples(100), {"steps": 0}, "steps: expected a whole number >= 1, got 0"),
        (samples(100), {"steps": 1, "k": 0.5}, "k: expected a whole number >= 1, got 0.5"),
        (samples(16), {"steps": 1}, "x: expected more than 16 samples, got 16"),
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
    # the dependence and the shape alone: stretching a component, which raised it more, is no gain
    assert np.mean(history.rmi[-5:]) > np.mean(history.rmi[:5]) + 0.04
