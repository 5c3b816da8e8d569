"""Networks for images: what they compute, by hand; the guard that their ascents need."""

import subprocess
import sys

from rmi_tf import convolutional_network, linear, neighbour_protocol, smooth_network, tf

import numpy as np
import pytest

from tests.tree import ROOT


def images(n=40, side=8, *, seed=0):
    return np.random.default_rng(seed).normal(size=(n, side**2)).astype(np.float32)


def test_a_convolutional_network_is_its_formula():
    x = images()
    model = convolutional_network(8, 6, seed=0, components=3, filters=2, patch=2, cells=3)
    kernel, bias, inner, inner_bias, outer, outer_bias = map(np.float64, model.get_weights())
    squares = np.zeros((len(x), 4, 4, 2))
    for i, j in np.ndindex(4, 4):
        patch = x.reshape(-1, 8, 8)[:, 2 * i : 2 * i + 2, 2 * j : 2 * j + 2].reshape(-1, 4)
        squares[:, i, j] = (patch @ kernel + bias) ** 2
    cells = np.zeros((len(x), 3, 3, 2))
    for i, j, a, b in np.ndindex(4, 4, 3, 3):  # the cells' centres are 1.5 patches apart
        share = max(0, 1 - abs(i - 1.5 * a) / 1.5) * max(0, 1 - abs(j - 1.5 * b) / 1.5)
        cells[:, a, b] += share * squares[:, i, j]
    by_hand = np.tanh(cells.reshape(len(x), -1) @ inner + inner_bias) @ outer + outer_bias
    assert model(x).numpy() == pytest.approx(by_hand, abs=1e-5)  # float32


@pytest.mark.parametrize(
    "model",
    [
        convolutional_network(32, seed=0, components=3),
        smooth_network(1024, 20, seed=0, components=3),
    ],
    ids=["convolutional", "smooth"],
)
def test_components_batches_and_copies(model, tmp_path):
    x = images(600, 32)
    y = model(x).numpy()
    assert y.shape == (600, 3)
    assert model(x[250:520]).numpy() == pytest.approx(y[250:520], abs=1e-5)  # float32
    model.save(tmp_path / "model.keras")
    copy = tf.keras.models.load_model(tmp_path / "model.keras")
    assert np.array_equal(copy(x).numpy(), y)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"patch": 3}, "patch: expected a divisor of the side, 32, got 3"),
        ({"cells": 9}, "cells: expected 2 to 8 along a side, got 9"),
        ({"cells": 1}, "cells: expected 2 to 8 along a side, got 1"),
        ({"filters": 0}, "filters: expected a whole number >= 1, got 0"),
        ({"components": 1.5}, "components: expected a whole number >= 1, got 1.5"),
    ],
)
def test_bad_sizes_are_named(change, message):
    with pytest.raises(ValueError, match=message):
        convolutional_network(32, seed=0, **change)


def objective(feature, x, guard):
    protocol = neighbour_protocol(x, steps=1, batch=len(x), guard=guard)
    return protocol.objective(feature, tf.constant(x))


def test_a_guard_adds_the_covariance_to_the_determinant_and_keeps_linear_maps():
    x = np.random.default_rng(0).normal(size=(400, 4))
    w = np.random.default_rng(1).normal(size=(4, 2))
    guarded, plain = objective(linear(w), x, 0.3), objective(linear(w), x, 0.0)
    square = w.T @ w + 0.3**2 * np.cov((x @ w).T, ddof=0)
    expected = float(plain.entropy) - 0.5 * np.linalg.slogdet(square)[1]
    assert float(guarded.ascended) == pytest.approx(expected, abs=1e-10)  # rounding
    assert float(guarded.log_volume) == float(plain.log_volume)
    turned = objective(linear(w @ [[10.0, 2.0], [0.0, 0.1]]), x, 0.3)
    assert float(turned.ascended) == pytest.approx(float(guarded.ascended), abs=1e-9)


def test_where_a_feature_does_not_move_the_guard_keeps_value_and_gradient_finite():
    x = np.random.default_rng(0).normal(size=(400, 4))
    weights = tf.Variable(np.eye(4)[:, :2])

    def flat_somewhere(x):  # where the first coordinate is above 1, neither component moves
        inside = tf.minimum(x, 1.0)
        return tf.matmul(tf.where(x[:, :1] > 1, tf.stop_gradient(x), inside), weights)

    with tf.GradientTape() as tape:
        found = objective(flat_somewhere, x, 0.1)
    assert all(np.isfinite(float(term)) for term in found)
    assert np.isfinite(tape.gradient(found.ascended, weights).numpy()).all()
    assert np.isinf(float(objective(flat_somewhere, x, 0.0).ascended))


def test_a_negative_guard_is_named():
    with pytest.raises(ValueError, match="guard: expected a finite number > 0, got -1"):
        neighbour_protocol(images(), steps=1, guard=-1)


STEPS_ON_THREADS = """
import sys
import rmi_tf
from rmi_tf import tf
import numpy as np
tf.config.threading.set_intra_op_parallelism_threads(int(sys.argv[1]))
x = np.random.default_rng(0).random((600, 1024), np.float32)
model = rmi_tf.convolutional_network(32, seed=0)
way = rmi_tf.neighbour_protocol(x, steps=2, batch=600, guard=0.1)
rmi_tf.ascend(model, way, steps=2)
print(b"".join(weights.tobytes() for weights in model.get_weights()).hex())
"""


@pytest.mark.paper
def test_steps_have_the_same_bits_on_any_number_of_threads():
    command = [sys.executable, "-c", STEPS_ON_THREADS]
    one, two = (
        subprocess.run([*command, n], cwd=ROOT, capture_output=True, text=True, check=True).stdout
        for n in "12"
    )
    assert one == two and len(one) > 1000
