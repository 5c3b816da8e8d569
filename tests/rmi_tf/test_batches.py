"""The samples of a step: a function's as they are, an array's in batches of the step alone."""

from rmi_tf import accurate_protocol, dial_protocol, neighbour_protocol, tf
from rmi_tf.protocols.base import BATCH, points_of

import numpy as np
import pandas as pd
import pytest

X = np.random.default_rng(0).normal(size=(2000, 3))


def rows_of(points, step):
    """Which rows of X they are."""
    found = np.asarray(points(step))
    rows = np.flatnonzero(np.isin(X[:, 0], found[:, 0]))
    assert np.array_equal(X[rows], found)
    return rows


def test_a_batch_is_of_different_rows_and_depends_on_seed_and_step_alone():
    points, same, other = (points_of(X, seed=seed) for seed in (1, 1, 2))
    assert len(rows_of(points, 5)) == BATCH
    points(0)  # what was drawn before makes no difference
    assert np.array_equal(rows_of(points, 3), rows_of(same, 3))
    assert not np.array_equal(rows_of(points, 3), rows_of(points, 4))
    assert not np.array_equal(rows_of(points, 3), rows_of(other, 3))


def test_batches_are_drawn_evenly_from_all_of_the_array():
    points = points_of(X, batch=100)
    times = sum(np.bincount(rows_of(points, step), minlength=len(X)) for step in range(400))
    # binomial, 400 draws of chance 1/20; as for 2000 independent ones, 2000 - 1 degrees of freedom
    expected = 400 / 20
    chi2 = np.sum((times - expected) ** 2) / (expected * (1 - 1 / 20))
    assert abs(chi2 - 1999) < 5 * np.sqrt(2 * 1999)


@pytest.mark.parametrize("n", [1, BATCH])
def test_a_small_array_is_used_whole_and_in_its_order(n):
    for step in (0, 7):
        assert np.array_equal(points_of(X[:n])(step), X[:n])


def test_functions_of_the_step_are_never_batched():
    asked = []

    def x(step):
        asked.append(step)
        return X

    assert points_of(x, batch=5) is x
    for way in (accurate_protocol, neighbour_protocol):
        assert way(x, steps=3, batch=20).points(2) is X


@pytest.mark.parametrize("way", [accurate_protocol, neighbour_protocol])
def test_the_protocols_of_an_array_take_batches(way):
    assert way(X, steps=3).points(0).shape == (BATCH, 3)
    some = way(X, steps=3, batch=64, seed=4).points(2)
    assert np.array_equal(some, points_of(X, batch=64, seed=4)(2))


def test_a_dial_takes_batches_and_its_noise_is_no_part_of_them():
    way = dial_protocol(X, 1e-9, 0.1, steps=3, seed=4, batch=64, draws=4)
    noisy = way.points(2)
    assert noisy.shape == (64 * 4, 3)
    assert np.allclose(noisy[::4], points_of(X, batch=64, seed=4)(2), rtol=0, atol=1e-7)


def test_frames_tensors_and_whole_numbers_are_arrays():
    for x in (
        pd.DataFrame(X),
        tf.constant(X),
        X.astype(np.float32),
        np.arange(2000).reshape(-1, 1),
    ):
        assert points_of(x)(0).shape[0] == BATCH
    missing = pd.DataFrame(X, columns=["u", "v", "w"])
    missing.iloc[4, 2] = np.nan
    for way in (accurate_protocol, neighbour_protocol):
        with pytest.raises(ValueError, match=r"x: expected finite numbers, .* row 4, column 'w'"):
            way(missing, steps=1)


def test_a_batch_without_neighbours_is_named():
    with pytest.raises(ValueError, match="x: expected more than k = 8 samples, got 5"):
        neighbour_protocol(X, steps=1, batch=5)
