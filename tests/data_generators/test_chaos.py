"""The chaotic systems: exact orbits, attractors that stay, tangents, Lyapunov exponents."""

from rmi_tf import rmi_from_terms

import numpy as np
import pytest
from scipy import stats
from scipy.integrate import solve_ivp

from data_generators import HenonMap, LogisticMap, Lorenz63

FAR = 5  # standard errors: a probability of 6e-7 for each check of a mean


def assert_mean(values, expected, *, within=FAR):
    assert abs(values.mean() - expected) < within * values.std(ddof=1) / np.sqrt(len(values))


def test_each_step_of_an_orbit_is_the_logistic_map_also_beyond_a_floats_digits():
    x = LogisticMap(steps=200).sample(500, seed=0)
    assert x.shape == (500, 201)
    # each x is the float next to the true one, to 2 units in the last place, and the slope is 4
    assert np.allclose(x[:, 1:], 4 * x[:, :-1] * (1 - x[:, :-1]), rtol=0, atol=20 * 2**-53)


@pytest.mark.parametrize("step", [0, 64, 150])
def test_orbits_keep_the_invariant_density(step):
    x = LogisticMap(steps=150).sample(20_000, seed=1)[:, step]
    assert stats.kstest(x, stats.arcsine.cdf).pvalue > 1e-6


def test_the_slopes_are_what_is_known_of_them():
    logistic = LogisticMap(steps=40)
    x = logistic.sample(2000, seed=2)
    found = logistic.log_slopes(x)
    # towards 0 and 1 it is the other side of the equation that loses its digits
    inside = np.all((x[:, [0, 40]] > 1e-5) & (x[:, [0, 40]] < 1 - 1e-5), axis=1)
    ends = 0.5 * np.log(x * (1 - x))
    known = np.arange(41) * np.log(2) + ends - ends[:, :1]
    # rounding of an x that is 1e-5 from 1/2, or from an end
    assert np.allclose(found[inside, 40], known[inside, 40], rtol=0, atol=1e-8)
    assert np.all(found[:, 0] == 0)
    assert_mean(found[:, 40], 40 * np.log(2))


def test_the_rmi_of_the_logistic_map_is_the_invariant_densitys_entropy_and_the_exponent():
    logistic = LogisticMap(steps=60)
    assert logistic.rmi(0) == pytest.approx(stats.arcsine.entropy(), abs=1e-9)
    x = logistic.sample(10_000, seed=3)
    volume = logistic.log_slopes(x)
    for step in (1, 20, 60):
        found = rmi_from_terms(x[:, step], volume[:, step])
        # and the spacings' own bias
        assert abs(found.rmi - logistic.rmi(step)) < FAR * found.se + 1e-3


def test_henons_attractor_stays_as_it_is():
    x, y = HenonMap().sample(50_000, seed=4).T
    assert np.abs(x).max() < 1.29 and np.abs(y).max() < 0.39
    after = 1 - 1.4 * x * x + y
    for function in (np.abs, np.square, np.sign):
        assert_mean(function(after) - function(x), 0.0)
    assert np.array_equal(after, HenonMap().after(np.stack([x, y], axis=1), 1)[0])


def test_points_near_henons_attractor_come_back_to_the_same_averages():
    """Another settling is another sample of the same."""
    first = HenonMap().sample(20_000, seed=5)
    second = HenonMap(settling=1000).sample(20_000, seed=6)
    for power in (1, 2, 3):
        a, b = first[:, 0] ** power, second[:, 0] ** power
        error = np.hypot(a.std(), b.std()) / np.sqrt(20_000)
        assert abs(a.mean() - b.mean()) < FAR * error


def test_henons_exponent_is_the_growth_of_a_tangent():
    x, y = HenonMap().sample(20_000, seed=7).T
    along, across, length = np.ones_like(x), np.zeros_like(x), []
    for _ in range(60):
        along, across = -2.8 * x * along + across, 0.3 * along
        x, y = 1 - 1.4 * x * x + y, 0.3 * x
        length.append(0.5 * np.log(along**2 + across**2))
    # after 20 steps nothing is left of the first direction: (0.3/e^0.8)^20
    assert_mean((length[-1] - length[19]) / 40, HenonMap.exponent)


def lorenz(_, state):
    x, y, z = state.reshape(3, -1)
    return np.concatenate([10 * (y - x), x * (28 - z) - y, x * y - 8 * z / 3])


def test_the_flow_is_lorenzs():
    flow, times = Lorenz63(), [0.3, 1.0]
    start = flow.sample(20, seed=8)
    points, _ = flow.tangents(start, times)
    exact = solve_ivp(lorenz, (0, 1), start.T.ravel(), "DOP853", times, rtol=1e-11, atol=1e-11)
    for found, right in zip(points, exact.y.T, strict=True):
        # of Runge and Kutta: (40 h)⁵/120 a step of a point at 40 a unit of time, a hundred steps,
        # and what it has grown by within a unit of time, up to a hundred
        assert found == pytest.approx(right.reshape(3, -1).T, abs=1e-3)


def test_tangents_are_the_differences_of_points():
    flow, h = Lorenz63(), 1e-6
    start = flow.sample(50, seed=9)
    _, maps = flow.tangents(start, [0.5])
    for i, aside in enumerate(h * np.eye(3)):
        ahead, back = (flow.tangents(start + sign * aside, [0.5])[0][0] for sign in (1, -1))
        # central differences are off by h² times a third derivative, and by rounding over h
        assert (ahead - back) / (2 * h) == pytest.approx(maps[0, :, :, i], abs=1e-5, rel=1e-5)


def test_volumes_shrink_at_the_sum_of_the_exponents():
    flow = Lorenz63(step=0.005)
    _, maps = flow.tangents(flow.sample(50, seed=10), [0.5])
    # (41/3 h)⁵/120 a step, a hundred steps; and the fast direction e^-7 keeps nine digits
    assert np.log(np.linalg.det(maps[0])) == pytest.approx(-41 / 6, abs=1e-5)


@pytest.mark.slow
def test_lorenzs_exponent_is_the_growth_of_a_tangent():
    flow = Lorenz63()
    start = flow.sample(4000, seed=11)
    # the flow's own direction neither grows nor fades: e^(-0.9 · 5) of it beside the other one
    _, maps = flow.tangents(start, [5.0, 10.0])
    length = 0.5 * np.log((maps[:, :, 0] ** 2).sum(axis=2))
    assert_mean((length[1] - length[0]) / 5, Lorenz63.exponent)


def test_lorenzs_attractor_stays_as_it_is():
    flow = Lorenz63()
    start = flow.sample(3000, seed=12)
    (after,), _ = flow.tangents(start, [1.0])
    for function in (lambda p: p[:, 2], lambda p: p[:, 0] ** 2, lambda p: p[:, 0]):
        assert_mean(function(after) - function(start), 0.0)


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: LogisticMap(steps=0), "steps"),
        (lambda: LogisticMap().log_slopes(np.zeros((3, 3))), "orbits"),
        (lambda: LogisticMap().rmi(-1), "step"),
        (lambda: HenonMap(settling=0), "settling"),
        (lambda: HenonMap().after(np.zeros((3, 2)), -1), "steps"),
        (lambda: Lorenz63(step=0.0), "step"),
        (lambda: Lorenz63(step=0.1), "step"),
        (lambda: Lorenz63(settling=-1.0), "settling"),
        (lambda: Lorenz63().tangents(np.zeros((5, 2)), [1.0]), "start"),
        (lambda: Lorenz63().tangents(np.zeros((5, 3)), [1.0, 0.5]), "times"),
        (lambda: Lorenz63().tangents(np.zeros((5, 3)), [0.005]), "times"),
        (lambda: Lorenz63().tangents(np.zeros((5, 3)), 1.0), "times"),
    ],
)
def test_bad_arguments_are_named(call, name):
    with pytest.raises(ValueError, match=f"^{name}: expected"):
        call()
