"""The ascent of a dial's information: its value, its maximum, its invariance, coinciding draws."""

import math

import rmi_tf
from rmi_tf import NotFiniteError, ascend, dial_information, dial_protocol, network, tf

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


def terms_of(model, x, epsilon=0.3, delta=0.1, **options):
    """The objective at the model's parameters, and its gradient."""
    protocol = dial_protocol(x, epsilon, delta, steps=1, seed=0, batch=len(x), **options)
    noisy = tf.cast(protocol.points(0), model.w.dtype)
    with tf.GradientTape() as tape:
        terms = protocol.objective(model, noisy)
    return [float(term) for term in terms], tape.gradient(terms.ascended, model.w).numpy()


@pytest.mark.parametrize("noise", [None, np.array([[1.0, 0.3], [0.3, 0.5]])], ids=["1", "Σ"])
@pytest.mark.parametrize("delta", [0.03, 0.1, 0.5])
def test_the_value_is_the_information_of_the_dial(delta, noise):
    model, how = Linear([1.0, 0.4]), {"noise_covariance": noise}
    (ascended, entropy, conditional), _ = terms_of(
        model, SPIRAL.even_points(2000, seed=0), delta=delta, **how
    )
    found = dial_information(model, SPIRAL.sample(50_000, seed=1), 0.3, delta, seed=1, **how)
    # evenly spread points and the error of 1000 others, at 32 draws their own 0.02/√2000
    assert abs(ascended - found.information) < 4 * found.se + 0.003
    assert ascended == pytest.approx(entropy - conditional, abs=1e-12)


def test_few_draws_are_corrected():
    model, x = Linear([1.0, 0.4]), SPIRAL.even_points(2000, seed=0)
    few, many = (terms_of(model, x, 0.5, 0.05, draws=d)[0][0] for d in (16, 128))
    # uncorrected: (1 + deviation of ŷ given x over δ, some 4)/2 draws = 0.1
    assert abs(few - many) < 0.02


def test_a_gaussians_best_linear_feature_is_its_leading_eigenvector():
    vectors = np.linalg.eigh(GAUSSIAN.covariance)[1]
    model = Linear([1.0, 0.4])
    protocol = dial_protocol(
        lambda step: GAUSSIAN.even_points(500, seed=step), 0.3, 0.1, steps=200, seed=0, rate=0.03
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


def test_a_bent_scale_moves_with_the_feature():
    """Eq. (2): a longer w, or exp y, shows the same; what the scale gains there has no gradient."""
    x = SPIRAL.even_points(2000, seed=0)
    (plain, *_), gradient = terms_of(Linear([1.0, 0.4]), x)
    assert abs(gradient @ [1.0, 0.4]) < 1e-9 < np.linalg.norm(gradient)
    # the scale is linear between 64 quantiles: within one it is off by an eighth of its share
    assert terms_of(Linear([1.0, 0.4], tf.exp), x)[0][0] == pytest.approx(plain, abs=0.005)


def test_the_gradient_is_the_change_of_the_value():
    w, x = np.array([1.0, 0.4]), SPIRAL.even_points(300, seed=0)
    gradient = terms_of(Linear(w), x)[1]
    # smooth but where draws pass quantiles: such kinks are of the order of the step
    change = [
        terms_of(Linear(w + 1e-5 * e), x)[0][0] - terms_of(Linear(w - 1e-5 * e), x)[0][0]
        for e in np.eye(2)
    ]
    assert gradient == pytest.approx(np.array(change) / 2e-5, abs=1e-3)


SATURATED = {
    "a dead unit": lambda y: tf.nn.relu(y + 0.5),
    "saturated on both sides": lambda y: tf.tanh(50 * y),
    "alive at a few points": lambda y: tf.nn.relu(y - 2.5),
    "a step": lambda y: tf.tanh(1e6 * y),
}


@pytest.mark.parametrize("gauge", SATURATED.values(), ids=SATURATED)
def test_where_draws_coincide_value_and_gradient_are_finite(gauge):
    model = Linear([1.0, 0.4], gauge, tf.float32)
    (ascended, *_), gradient = terms_of(model, SPIRAL.even_points(500, seed=0), 0.1)
    assert math.isfinite(ascended)
    assert np.isfinite(gradient).all()


def test_an_ascent_survives_saturated_units():
    model = network(8, seed=0)
    first = model.layers[0]
    first.set_weights([100 * part for part in first.get_weights()])
    x = lambda step: SPIRAL.even_points(200, seed=step)  # noqa: E731
    history = ascend(model, dial_protocol(x, 0.1, 0.1, steps=20, seed=0), steps=20)
    assert len(history.step) == 20
    assert all(np.isfinite(part).all() for part in model.get_weights())


def test_a_constant_feature_is_a_clear_error():
    protocol = dial_protocol(SPIRAL.even_points(200, seed=0), 0.3, 0.1, steps=1, seed=0)
    model = Linear([1.0, 0.4], lambda y: tf.nn.relu(y - 100))
    with pytest.raises(NotFiniteError, match="the feature is constant"):
        ascend(model, protocol, steps=1)


def test_the_same_seed_gives_the_same_noise_at_each_step_and_other_noise_at_the_next():
    x = SPIRAL.even_points(50, seed=0)
    first, same, other = (dial_protocol(x, 0.3, 0.1, steps=9, seed=s).points for s in (1, 1, 2))
    assert np.array_equal(first(3), same(3))
    assert not np.any(first(3) == first(4))
    assert not np.any(first(3) == other(3))
    noise = (first(3).reshape(50, 32, 2) - x[:, np.newaxis]) / 0.3
    assert np.std(noise) == pytest.approx(1, abs=4 / math.sqrt(2 * noise.size))


def test_an_ascent_goes_on_from_where_it_was():
    def way():
        x = lambda step: SPIRAL.even_points(16, seed=step)  # noqa: E731
        return dial_protocol(x, 0.5, 0.1, steps=12, seed=3)

    whole, parts = network(10, seed=2), network(10, seed=2)
    at_once = ascend(whole, way(), steps=12)
    protocol, history = way(), rmi_tf.History()
    for steps in (5, 7):
        ascend(parts, protocol, steps=steps, history=history)
    assert history == at_once
    assert all(map(np.array_equal, whole.get_weights(), parts.get_weights()))


def test_the_error_of_a_reading_may_change_on_the_way():
    delta, x = tf.Variable(0.3), SPIRAL.even_points(200, seed=0)
    moved = dial_protocol(x, 0.3, delta, steps=1, seed=0)
    for now in (0.3, 0.05):
        delta.assign(now)
        value = moved.objective(Linear([1.0, 0.4]), tf.constant(moved.points(0))).ascended
        # δ is float32 in a variable, which moves the marks by as much
        assert float(value) == pytest.approx(terms_of(Linear([1.0, 0.4]), x, 0.3, now)[0][0], 1e-5)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"steps": 0}, "steps: expected a whole number >= 1"),
        ({"draws": 3}, "draws: expected a whole number >= 4, got 3"),
        ({"draws": 5}, "draws: expected an even number, got 5"),
        ({"epsilon": 0.0}, "epsilon: expected a finite number > 0"),
        ({"delta": 0.0}, "delta: expected a finite number > 0"),
        ({"delta": 1.5}, "delta: expected a share of the dial's length"),
        ({"x": np.zeros(9)}, r"x: expected shape \(n, N\), got \(9,\)"),
        ({"x": lambda step: np.zeros(9)}, r"x: expected samples \(n, N\)"),
        ({"x": np.zeros((1, 2))}, r"x: expected samples \(n, N\)"),
        ({"noise_covariance": np.array([1.0, -1.0])}, "noise_covariance: expected variances > 0"),
    ],
)
def test_bad_arguments_are_named_before_any_work(changed, message):
    good = {"x": SPIRAL.even_points(50, seed=0), "epsilon": 0.3, "delta": 0.1, "steps": 1}
    with pytest.raises(ValueError, match=message):
        dial_protocol(**(good | {"seed": 0} | changed))


def test_two_components_are_refused():
    protocol = dial_protocol(SPIRAL.even_points(50, seed=0), 0.3, 0.1, steps=1, seed=0)
    with pytest.raises(ValueError, match="a dial shows one component, got K = 2"):
        protocol.objective(lambda x: x, tf.constant(protocol.points(0)))
