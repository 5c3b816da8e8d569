"""The ascent of I_ε: its value, its maximum, its invariance, and where draws coincide."""

import math

import rmi_tf
from rmi_tf import NotFiniteError, ascend, network, resolution_protocol, tf

import numpy as np
import pytest

from data_generators import Spiral

SPIRAL = Spiral()
GAUSSIAN = Spiral(alpha=0)


class Linear(tf.Module):
    """g(w · x), the smallest model there is."""

    def __init__(self, w, gauge=lambda y: y, dtype=tf.float64):
        self.w = tf.Variable(w, dtype=dtype)
        self.gauge = gauge

    def __call__(self, x):
        return self.gauge(tf.linalg.matvec(x, self.w))


def terms_of(model, x, epsilon=0.3, **options):
    """The objective at the model's parameters, and its gradient."""
    protocol = resolution_protocol(x, epsilon, steps=1, seed=0, **options)
    noisy = tf.cast(protocol.points(0), model.w.dtype)
    with tf.GradientTape() as tape:
        terms = protocol.objective(model, noisy)
    return [float(term) for term in terms], tape.gradient(terms.ascended, model.w).numpy()


def gaussian_rmi(w, epsilon, noise=None):
    """I_ε + H_ε of w · x: ½ ln 2πe(wᵀCw + ε²wᵀΣw) - ½ ln wᵀΣw."""
    w = np.asarray(w)
    blurred = w @ (np.eye(2) if noise is None else noise) @ w
    signal = w @ GAUSSIAN.covariance @ w
    return 0.5 * np.log(2 * np.pi * np.e * (signal + epsilon**2 * blurred) / blurred)


@pytest.mark.parametrize("noise", [None, np.array([[1.0, 0.3], [0.3, 0.5]])], ids=["1", "Σ"])
@pytest.mark.parametrize("epsilon", [0.05, 0.5])
def test_the_value_is_that_of_a_linear_feature_of_a_gaussian(epsilon, noise):
    x = GAUSSIAN.even_points(4000, seed=0)
    (ascended, entropy, log_volume), _ = terms_of(
        Linear([1.0, 0.4]), x, epsilon, noise_covariance=noise
    )
    # the inner entropy scatters by about 0.25/√4000 = 0.004, the wide outer windows bias by as much
    assert entropy - log_volume == pytest.approx(gaussian_rmi([1, 0.4], epsilon, noise), abs=0.02)
    assert ascended == pytest.approx(entropy - log_volume, abs=1e-3)  # the guard's share


def test_a_gaussians_best_linear_feature_is_its_leading_eigenvector():
    vectors = np.linalg.eigh(GAUSSIAN.covariance)[1]
    model = Linear([1.0, 0.4])
    protocol = resolution_protocol(
        lambda step: GAUSSIAN.even_points(500, seed=step), 0.3, steps=200, seed=0, rate=0.03
    )
    ascend(model, protocol, steps=200)
    # no matter of chance: there is one maximum, and starts that differ by 0.02 end within 2e-4
    w = model.w.numpy()
    assert abs(w @ vectors[:, 1]) / np.linalg.norm(w) > 0.999


@pytest.mark.parametrize("scale", [1e-3, 1e3])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_rescaled_feature_has_the_same_value(scale, dtype):
    x = SPIRAL.even_points(500, seed=0)
    bent = lambda y: tf.nn.relu(y + 0.5)  # noqa: E731  flat on a third of the points
    plain, gradient = terms_of(Linear([1.0, 0.4], bent, dtype), x)
    scaled, other = terms_of(Linear([1.0, 0.4], lambda y: scale * bent(y), dtype), x)
    rounding = 1e-4 if dtype == "float32" else 1e-9
    assert scaled[0] == pytest.approx(plain[0], abs=rounding)
    assert other == pytest.approx(gradient, abs=100 * rounding)


SATURATED = {
    "a dead unit": lambda y: tf.nn.relu(y + 0.5),
    "saturated on both sides": lambda y: tf.tanh(50 * y),
    "alive at a few points": lambda y: tf.nn.relu(y - 2.5),
    "a step": lambda y: tf.tanh(1e6 * y),
}


@pytest.mark.parametrize("gauge", SATURATED.values(), ids=SATURATED)
def test_where_draws_coincide_value_and_gradient_are_finite(gauge):
    model = Linear([1.0, 0.4], gauge, tf.float32)
    (ascended, _, log_volume), gradient = terms_of(model, SPIRAL.even_points(500, seed=0), 0.1)
    assert math.isfinite(ascended)
    assert np.isfinite(gradient).all()
    assert log_volume == -math.inf  # the history hides nothing


def test_an_ascent_survives_saturated_units():
    model = network(8, seed=0)
    first = model.layers[0]
    first.set_weights([100 * part for part in first.get_weights()])
    x = lambda step: SPIRAL.even_points(200, seed=step)  # noqa: E731
    history = ascend(model, resolution_protocol(x, 0.1, steps=20, seed=0), steps=20)
    assert len(history.step) == 20
    assert all(np.isfinite(part).all() for part in model.get_weights())


def test_a_constant_feature_is_a_clear_error():
    protocol = resolution_protocol(SPIRAL.even_points(200, seed=0), 0.3, steps=1, seed=0)
    model = Linear([1.0, 0.4], lambda y: tf.nn.relu(y - 100))
    with pytest.raises(NotFiniteError, match="the feature is constant"):
        ascend(model, protocol, steps=1)


def test_the_same_seed_gives_the_same_noise_at_each_step_and_other_noise_at_the_next():
    x = SPIRAL.even_points(50, seed=0)
    first, same, other = (resolution_protocol(x, 0.3, steps=9, seed=s).points for s in (1, 1, 2))
    assert np.array_equal(first(3), same(3))
    assert not np.any(first(3) == first(4))
    assert not np.any(first(3) == other(3))
    noise = (first(3).reshape(50, 16, 2) - x[:, np.newaxis]) / 0.3
    assert np.std(noise) == pytest.approx(1, abs=4 / math.sqrt(2 * noise.size))


def test_an_ascent_goes_on_from_where_it_was():
    def way():
        x = lambda step: SPIRAL.even_points(50, seed=step)  # noqa: E731
        return resolution_protocol(x, 0.5, steps=12, seed=3)

    whole, parts = network(10, seed=2), network(10, seed=2)
    at_once = ascend(whole, way(), steps=12)
    protocol, history = way(), rmi_tf.History()
    for steps in (5, 7):
        ascend(parts, protocol, steps=steps, history=history)
    assert history == at_once
    assert all(map(np.array_equal, whole.get_weights(), parts.get_weights()))


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"steps": 0}, "steps: expected a whole number >= 1"),
        ({"guard": 0.0}, "guard: expected a finite number > 0"),
        ({"draws": 6}, "draws: expected a whole number >= 7, got 6"),
        ({"epsilon": 0.0}, "epsilon: expected a finite number > 0"),
        ({"x": np.zeros(9)}, r"x: expected samples \(n, N\)"),
        ({"x": np.zeros((1, 2))}, r"x: expected samples \(n, N\)"),
        ({"noise_covariance": np.array([1.0, -1.0])}, "noise_covariance: expected variances > 0"),
    ],
)
def test_bad_arguments_are_named_before_any_work(changed, message):
    good = {"x": SPIRAL.even_points(50, seed=0), "epsilon": 0.3, "steps": 1, "seed": 0}
    with pytest.raises(ValueError, match=message):
        resolution_protocol(**(good | changed))


def test_two_components_are_refused():
    protocol = resolution_protocol(SPIRAL.even_points(50, seed=0), 0.3, steps=1, seed=0)
    with pytest.raises(ValueError, match="spacings take one component, got K = 2"):
        protocol.objective(lambda x: x, tf.constant(protocol.points(0)))
