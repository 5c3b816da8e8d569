import math
import subprocess
import sys

from rmi_tf.ascent import History, NotFiniteError, ascend
from rmi_tf.computing.blocks import ROWS
from rmi_tf.computing.quiet_tensorflow import tf
from rmi_tf.estimators.spacings import spacings_terms
from rmi_tf.information import renormalized_mutual_information
from rmi_tf.jacobian import values_and_jacobian
from rmi_tf.networks import network, smooth_network
from rmi_tf.protocols import accurate_protocol, paper_protocol
from rmi_tf.protocols.base import Objective, Protocol
from rmi_tf.protocols.paper import split_by_mass

import numpy as np
import pytest

from data_generators.spiral import Spiral
from tests.literal.literal_ascent import literal_rmi

SPIRAL = Spiral()
LATTICE = SPIRAL.lattice()
GAUSSIAN = Spiral(alpha=0.0)


class Linear(tf.Module):
    """x · w, then an invertible function: no Keras in it."""

    def __init__(self, start, gauge=lambda y: y):
        super().__init__()
        self.w = tf.Variable(start, dtype=tf.float64)
        self.gauge = gauge

    def __call__(self, x):
        return self.gauge(tf.linalg.matvec(x, self.w))


def in_float64(model):
    """The same network in float64, so that rounding does not hide what is compared."""
    config = tf.keras.Sequential.from_config(model.get_config())
    copy = tf.keras.Sequential([tf.keras.layers.Input((2,), dtype="float64")])
    for layer in config.layers:
        copy.add(type(layer).from_config(layer.get_config() | {"dtype": "float64"}))
    copy.set_weights(model.get_weights())
    return copy


def gradient_of(function, model):
    variables = [variable.value for variable in model.trainable_variables]
    with tf.GradientTape() as tape:
        value = function()
    gradient = tape.gradient(value, variables)
    return float(value), np.concatenate([np.ravel(part) for part in gradient])


def test_the_network_is_the_papers():
    model = network(seed=0)
    shapes = [tuple(variable.shape) for variable in model.trainable_variables]
    assert shapes == [(2, 150), (150,), (150, 150), (150,), (150, 150), (150,), (150, 1), (1,)]
    names = [layer.activation.__name__ for layer in model.layers]
    assert names == ["relu", "relu", "tanh", "linear"]
    weights = model.get_weights()
    for normal in (weights[0], weights[1], weights[3], weights[5]):
        # standard deviations of at least 150 normals scatter by 6 %
        assert np.std(normal) == pytest.approx(1, abs=0.25)
    for glorot in (weights[2], weights[4]):
        assert np.std(glorot) == pytest.approx(math.sqrt(2 / 300), rel=0.05)


def test_in_the_plane_a_networks_first_weights_have_deviation_one_to_the_bit():
    # Fig. 3 begins there
    kernel = network(seed=0).get_weights()[0]
    seed = network(seed=0).layers[0].kernel_initializer.seed
    one = tf.keras.initializers.RandomNormal(stddev=1.0, seed=seed)((2, 150))
    assert np.array_equal(kernel, one)


@pytest.mark.parametrize("inputs", [2, 100, 10_000])
def test_a_networks_scale_does_not_grow_with_its_inputs(inputs):
    model = network(50, seed=0, inputs=inputs)
    x = np.random.default_rng(0).normal(size=(200, inputs)).astype(np.float32)
    values = [x]
    for layer in model.layers:
        values.append(layer(values[-1]).numpy())
    # 50 units whose sums have variance 3 = 2 + 1 of weights and biases over x and seeds
    assert np.mean(values[1] ** 2) == pytest.approx(1.5, rel=0.6)
    slopes = values_and_jacobian(model, x)[1].numpy()
    assert np.all(np.abs(slopes).max(axis=(1, 2)) > 0)  # no sample is dead


def test_a_network_is_its_seed():
    first, same, other = (network(20, seed=seed).get_weights() for seed in (3, 3, 4))
    assert all(np.array_equal(a, b) for a, b in zip(first, same, strict=True))
    assert not any(np.any(a == b) for a, b in zip(first, other, strict=True))


def test_a_smooth_network_is_its_seed_and_begins_without_biases():
    first, same, other = (smooth_network(9, 20, seed=s).get_weights() for s in (3, 3, 4))
    assert all(np.array_equal(a, b) for a, b in zip(first, same, strict=True))
    weights, biases = slice(0, None, 2), slice(1, None, 2)
    assert not any(np.any(a == b) for a, b in zip(first[weights], other[weights], strict=True))
    assert not any(np.any(bias) for bias in first[biases])


def compared(model, *, negligible):
    """Value and gradient of the paper's protocol beside those of the literal Appendix D."""
    x, weights = (tf.constant(part, tf.float64) for part in LATTICE)
    protocol = paper_protocol(*LATTICE, negligible=negligible)
    ours = gradient_of(lambda: protocol.objective(model, protocol.points(0)).ascended, model)
    return *ours, *gradient_of(lambda: literal_rmi(model, x, weights), model)


@pytest.mark.parametrize("seed", range(3))
def test_value_and_gradient_are_those_of_the_literal_appendix(seed):
    model = in_float64(network(40, seed=seed))
    value, gradient, expected, literal = compared(model, negligible=1e-5)
    assert value == pytest.approx(expected, abs=1e-4)
    assert np.linalg.norm(gradient - literal) < 1e-4 * np.linalg.norm(literal)


@pytest.mark.parametrize("seed", range(3))
def test_without_negligible_points_only_rounding_is_left(seed):
    model = in_float64(network(40, seed=seed))
    value, gradient, expected, literal = compared(model, negligible=0.0)
    assert value == pytest.approx(expected, abs=1e-10)
    assert np.linalg.norm(gradient - literal) < 1e-9 * np.linalg.norm(literal)


def test_the_light_points_have_the_mass_that_was_asked_for():
    heavy, light = split_by_mass(LATTICE[1], 1e-5)
    assert np.array_equal(np.sort(np.concatenate([heavy, light])), np.arange(10_000))
    assert LATTICE[1][light].sum() < 1e-5
    assert LATTICE[1][light].max() <= LATTICE[1][heavy].min()
    assert len(heavy) % ROWS == 0
    next_ones = np.sort(LATTICE[1][heavy])[:ROWS]  # a block less, and they would be too heavy
    assert LATTICE[1][light].sum() + next_ones.sum() >= 1e-5


def test_the_rate_is_the_papers():
    optimizer = paper_protocol(*LATTICE).optimizer
    for step in (0, 25, 50, 1000):
        rate = float(optimizer._learning_rate(step))
        assert rate == pytest.approx(0.01 * 0.9 ** (step / 50), rel=1e-5)


def test_an_ascent_climbs_and_its_history_has_names():
    model = network(30, seed=0)
    history = ascend(model, paper_protocol(*LATTICE), steps=40)
    assert history.step == list(range(40))
    # no matter of chance: it rises by 0.9, and 1e-6 in the first weights changes that by 0.001
    assert history.rmi[-1] > history.rmi[0] + 0.3
    assert np.allclose(history.rmi, np.subtract(history.entropy, history.log_volume))


def test_the_history_is_the_rmi_on_the_lattice():
    model = network(30, seed=1)
    start = renormalized_mutual_information(
        model, LATTICE[0], weights=LATTICE[1], lattice=True, estimator="triangular", bins=100
    )
    history = ascend(model, paper_protocol(*LATTICE), steps=1)
    assert history.rmi[0] == pytest.approx(start.rmi, abs=1e-4)


@pytest.mark.parametrize("gauge", [lambda y: y, lambda y: y**3 + 5 * y], ids=["linear", "bent"])
def test_a_gaussians_best_linear_feature_is_its_leading_eigenvector(gauge):
    variance, vectors = np.linalg.eigh(GAUSSIAN.covariance)
    model = Linear([1.0, 0.4], gauge)
    # fresh points at each step: the maximum over the same ones is off by their own scatter
    protocol = accurate_protocol(
        lambda step: GAUSSIAN.even_points(1000, seed=step), steps=300, rate=0.03
    )
    ascend(model, protocol, steps=300)
    # no matter of chance: there is one maximum, and starts that differ by 0.02 end within 0.001
    w = model.w.numpy()
    assert abs(w @ vectors[:, 1]) / np.linalg.norm(w) > 0.999
    expected = 0.5 * math.log(2 * math.pi * math.e * variance[1])
    rmi = renormalized_mutual_information(model, GAUSSIAN.sample(200_000, seed=1))
    assert rmi.rmi == pytest.approx(expected, abs=0.005)


def test_the_guard_keeps_its_value_under_a_reparametrization():
    x = tf.constant(SPIRAL.even_points(2000, seed=0))
    protocol = accurate_protocol(x, steps=1, guard=0.3)
    plain = protocol.objective(Linear([1.0, 0.4]), x)
    scaled = protocol.objective(Linear([1.0, 0.4], lambda y: 1e-3 * y + 2), x)
    assert float(plain.ascended) < float(plain.entropy - plain.log_volume) - 1e-3
    assert float(scaled.ascended) == pytest.approx(float(plain.ascended), abs=1e-9)


def test_a_flat_place_is_no_harm_to_the_accurate_protocol():
    model = Linear([1.0, 0.4], lambda y: tf.nn.relu(y + 3) - 3)  # flat on about 0.1 % of the points
    x = SPIRAL.even_points(4000, seed=0)
    history = ascend(model, accurate_protocol(x, steps=20, batch=4000), steps=20)
    assert np.all(np.isfinite(model.w))
    assert np.all(np.isfinite(history.rmi))


def test_the_history_has_no_guard_but_where_the_slope_is_zero():
    x = tf.constant(SPIRAL.even_points(4000, seed=0))
    model = Linear([1.0, 0.4], lambda y: tf.nn.relu(y + 3) - 3)
    dead = tf.linalg.matvec(x, model.w).numpy() < -3
    assert dead.any()
    terms = accurate_protocol(x, steps=1, guard=0.05).objective(model, x)
    volumes = np.where(dead, np.nan, 0.5 * math.log(1.0**2 + 0.4**2))
    surprisals = spacings_terms(model(x)[:, tf.newaxis]).numpy()
    volumes[dead] = math.log(0.05) + surprisals[dead]  # ln of guard/p̂
    assert float(terms.log_volume) == pytest.approx(volumes.mean(), abs=1e-12)
    alive = accurate_protocol(x, steps=1, guard=0.05).objective(Linear([1.0, 0.4]), x)
    assert float(alive.log_volume) == pytest.approx(0.5 * math.log(1.16), abs=1e-12)


def test_a_network_with_dead_units_has_a_finite_history():
    model = network(30, seed=0)
    first = model.layers[0]
    first.set_weights([first.get_weights()[0], first.get_weights()[1] - 3])
    x = SPIRAL.even_points(4000, seed=0)
    slope2 = tf.reduce_sum(values_and_jacobian(model, tf.constant(x, tf.float32))[1] ** 2, [1, 2])
    assert np.any(slope2 == 0)
    history = ascend(model, accurate_protocol(x, steps=5), steps=5)
    assert np.all(np.isfinite([history.rmi, history.entropy, history.log_volume]))


@pytest.mark.parametrize("sites", [3, 16, 64])
def test_an_array_is_climbed_in_batches_to_its_leading_direction(sites):
    variances = np.r_[5.0, np.linspace(1, 0.2, sites - 1)]
    x = np.random.default_rng(sites).normal(size=(5000, sites)) * np.sqrt(variances)
    model = Linear(np.random.default_rng(1).normal(size=sites) / math.sqrt(sites))
    ascend(model, accurate_protocol(x, steps=300, rate=0.03), steps=300)
    w = model.w.numpy() / np.linalg.norm(model.w)
    # the first principal component of these samples itself is off by N/5000 · 5/16 in w[0]²; on the
    # same 5000 samples at every step w[0] ends at 0.81 for N = 64
    assert abs(w[0]) > 0.99
    rmi = 0.5 * math.log(2 * math.pi * math.e * (w**2 @ variances))
    assert rmi == pytest.approx(2.224, abs=0.01)


def test_an_ascent_goes_on_from_where_it_was():
    protocols = [
        lambda: paper_protocol(*LATTICE),
        lambda: accurate_protocol(SPIRAL.sample(900, seed=0), steps=12, batch=200, seed=3),
        lambda: accurate_protocol(lambda step: SPIRAL.even_points(200, seed=step), steps=12),
    ]
    for protocol_of in protocols:
        whole, parts = network(10, seed=2), network(10, seed=2)
        at_once = ascend(whole, protocol_of(), steps=12)
        protocol, history = protocol_of(), History()
        for steps in (5, 0, 7):
            ascend(parts, protocol, steps=steps, history=history)
        assert history == at_once
        assert all(map(np.array_equal, whole.get_weights(), parts.get_weights()))


def test_steps_one_by_one_are_those_of_one_call_and_tensorflow_has_no_word_to_say(caplog):
    x = np.random.default_rng(0).normal(size=(300, 2))
    ways = [accurate_protocol(x, steps=8) for _ in range(2)]
    whole = ascend(network(5, seed=0), ways[0], steps=8)
    model, history = network(5, seed=0), History()
    for _ in range(8):  # TensorFlow warns from the fifth on of what is traced anew at each call
        ascend(model, ways[1], steps=1, history=history)
    assert history == whole
    assert not caplog.records


def test_an_interruption_loses_nothing():
    def interrupt(steps):
        if steps == 4:
            raise KeyboardInterrupt

    whole, parts = network(10, seed=2), network(10, seed=2)
    at_once = ascend(whole, paper_protocol(*LATTICE), steps=9)
    protocol, history = paper_protocol(*LATTICE), History()
    with pytest.raises(KeyboardInterrupt):
        ascend(parts, protocol, steps=9, history=history, each_step=interrupt)
    assert history.step == [0, 1, 2, 3]
    ascend(parts, protocol, steps=5, history=history)
    assert history == at_once


def test_points_that_are_not_finite_are_named_by_step_and_row():
    x = SPIRAL.sample(300, seed=0)
    x[7, 1] = np.nan
    with pytest.raises(
        ValueError, match=r"x: expected finite numbers, 1 entries .* row 7, column 1"
    ):
        accurate_protocol(x, steps=3)
    protocol = accurate_protocol(lambda step: x if step else SPIRAL.sample(300, seed=0), steps=3)
    with pytest.raises(
        ValueError, match=r"x at step 1: expected finite numbers, 1 entries .* row 7"
    ):
        ascend(network(3, seed=0), protocol, steps=3)


def test_where_the_objective_is_no_longer_finite_the_error_has_the_history():
    model = Linear([1.0, 0.4])

    def objective(feature, x):
        y = tf.reduce_sum(feature(x) ** 2)
        rest = tf.math.log(3 - feature.w[0])  # nan once the first weight is past 3
        return Objective(y + rest, y, -rest)

    optimizer = tf.keras.optimizers.SGD(0.2)
    protocol = Protocol(lambda step: np.ones((2, 2)), objective, optimizer)
    with pytest.raises(NotFiniteError, match="expected a finite objective, got") as caught:
        ascend(model, protocol, steps=100)
    history = caught.value.history
    assert 0 < len(history.rmi) < 100
    assert np.all(np.isfinite(history.rmi))


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: ascend(network(3, seed=0), paper_protocol(*LATTICE), steps=-1), "steps"),
        (lambda: accurate_protocol(np.zeros((9, 2)), steps=0), "steps"),
        (lambda: accurate_protocol(np.zeros((9, 2)), steps=1, guard=0.0), "guard"),
        (lambda: accurate_protocol(np.zeros((9, 2)), steps=1, batch=0), "batch"),
        (lambda: accurate_protocol(np.zeros((9, 2)), steps=1, seed=-1), "seed"),
        (lambda: accurate_protocol(np.zeros(9), steps=1), "x"),
        (lambda: paper_protocol(LATTICE[0], LATTICE[1][:5]), "weights"),
        (lambda: paper_protocol(LATTICE[0], -LATTICE[1]), "weights"),
        (lambda: paper_protocol(*LATTICE, bins=1), "bins"),
        (lambda: paper_protocol(*LATTICE, negligible=1.0), "negligible"),
        (lambda: network(0, seed=0), "neurons"),
        (lambda: smooth_network(2.5, seed=0), "inputs"),
    ],
)
def test_bad_arguments_are_named_before_any_work(call, name):
    with pytest.raises(ValueError, match=f"^{name}: expected"):
        call()


def test_a_function_without_parameters_is_refused():
    with pytest.raises(TypeError, match="model: expected trainable_variables"):
        ascend(lambda x: x[:, 0], paper_protocol(*LATTICE), steps=1)


BITS = """
import hashlib
from rmi_tf.ascent import ascend
from rmi_tf.networks import network
from rmi_tf.protocols import accurate_protocol, paper_protocol
from data_generators.spiral import Spiral
for protocol in (
    paper_protocol(*Spiral().lattice()),
    accurate_protocol(Spiral().even_points(1000, seed=0), steps=10),
):
    model = network(40, seed=0)
    ascend(model, protocol, steps=10)
    print(hashlib.sha256(b"".join(w.tobytes() for w in model.get_weights())).hexdigest())
"""


@pytest.mark.paper
def test_on_one_thread_two_processes_give_the_same_bits(monkeypatch):
    monkeypatch.setenv("TF_NUM_INTRAOP_THREADS", "1")
    monkeypatch.setenv("TF_NUM_INTEROP_THREADS", "1")
    command = [sys.executable, "-c", BITS]
    first, second = (
        subprocess.run(command, capture_output=True, text=True, check=True) for _ in range(2)
    )
    assert len(first.stdout.split()) == 2
    assert first.stdout == second.stdout
    assert not first.stderr
