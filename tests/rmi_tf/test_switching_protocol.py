"""The way up whose resolution may change from step to step."""

from functools import cache

import rmi_tf
from rmi_tf import (
    accurate_protocol,
    ascend,
    dial_protocol,
    network,
    switching_protocol,
)

import numpy as np
import pytest

POINTS = 64  # the least: with the draws of a dial two blocks of 256


def sample(n, step):
    return np.random.default_rng([n, step]).normal(size=(n, 2))


def ascended(errors, steps=3):
    """Weights after the steps, with the error of a reading at each as given."""
    slider = iter(errors)
    way = switching_protocol(sample, 0.5, lambda: next(slider), points=POINTS, steps=9, seed=1)
    model = network(12, seed=0)
    history = ascend(model, way, steps=steps)
    return [w.numpy() for w in model.weights], history


@cache
def ascended_without_an_error():
    return ascended([0.0] * 3)[0]


def assert_same(first, second):
    for a, b in zip(first, second, strict=True):
        np.testing.assert_array_equal(a, b)


def test_without_an_error_it_is_the_accurate_protocol():
    model = network(12, seed=0)
    ascend(model, accurate_protocol(lambda step: sample(POINTS, step), steps=9), steps=3)
    assert_same(ascended_without_an_error(), [w.numpy() for w in model.weights])


def test_with_one_points_and_gradient_are_those_of_the_dial_protocol():
    way = switching_protocol(sample, 0.5, lambda: 0.3, points=POINTS, steps=9, seed=1)
    error = rmi_tf.tf.Variable(0.3)  # as there: marks of float32
    dial = dial_protocol(lambda step: sample(POINTS // 4, step), 0.5, error, steps=9, seed=1)
    for step in (0, 5):
        np.testing.assert_array_equal(way.points(step), dial.points(step))
    model = network(12, seed=0)
    ascend(model, dial._replace(optimizer=way.optimizer), steps=3)
    assert_same(ascended([0.3] * 3)[0], [w.numpy() for w in model.weights])


def test_it_may_be_changed_from_step_to_step():
    weights, history = ascended([0.0, 0.3, 0.0])
    assert history.step == [0, 1, 2] and np.all(np.isfinite(history.rmi))
    again, _ = ascended([0.0, 0.3, 0.0])
    assert_same(weights, again)
    other = ascended_without_an_error()
    assert any(np.any(a != b) for a, b in zip(weights, other, strict=True))


def test_nothing_is_asked_for_before_the_first_step():
    def early(*_):
        raise AssertionError("asked for too early")

    switching_protocol(early, 0.5, early, points=POINTS, steps=9, seed=1)


@pytest.mark.parametrize("points", [63, 0.5, "many"])
def test_too_few_points_are_named(points):
    with pytest.raises(ValueError, match=f"points: expected a whole number >= 64, got {points!r}"):
        switching_protocol(sample, 0.5, lambda: 0.0, points=points, steps=9, seed=1)
