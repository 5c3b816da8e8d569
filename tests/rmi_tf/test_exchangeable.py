"""A network for particles that are all alike: what permutations do to it, and what starts it."""

import rmi_tf
from rmi_tf import exchangeable_network, tf

import numpy as np
import pytest

PARTICLES = 20


def samples(n=200, *, seed=0):
    return np.random.default_rng(seed).normal(size=(n, 2 * PARTICLES)).astype(np.float32)


def permuted(x, seed=1):
    order = np.random.default_rng(seed).permutation(PARTICLES)
    return x.reshape(len(x), 2, PARTICLES)[:, :, order].reshape(len(x), -1)


def test_the_order_of_the_particles_makes_no_difference():
    model, x = exchangeable_network(PARTICLES, seed=0), samples()
    y, log_volume = rmi_tf.evaluate(model, x)
    again, volume_again = rmi_tf.evaluate(model, permuted(x))
    # sums of 20 terms in another order: some roundings of float32
    assert again == pytest.approx(y, abs=1e-5)
    assert volume_again == pytest.approx(log_volume, abs=1e-4)
    # exchanging a particle's two coordinates is no permutation of particles
    turned = x.reshape(-1, 2, PARTICLES)[:, ::-1].reshape(x.shape)
    assert np.abs(model(turned).numpy() - y).max() > 0.01


def test_it_is_the_mean_of_one_function_of_each_particles_place():
    model, x = exchangeable_network(PARTICLES, 8, seed=0, components=3), samples()
    weights, biases, output, shift = (part.astype(float) for part in model.get_weights())
    places = x.reshape(-1, 2, PARTICLES).transpose(0, 2, 1)
    by_hand = np.logaddexp(0, places @ weights + biases).mean(axis=1) @ output + shift
    assert model(x).numpy() == pytest.approx(by_hand, abs=1e-5)  # float32
    assert weights.shape == (2, 8) and by_hand.shape == (200, 3)


def test_a_network_is_its_seed():
    first, same, other = (exchangeable_network(3, seed=s).get_weights() for s in (0, 0, 1))
    assert all(np.array_equal(a, b) for a, b in zip(first, same, strict=True))
    assert not any(np.array_equal(a, b) for a, b in zip(first[:3], other[:3], strict=True))


@pytest.mark.parametrize("name", ["particles", "neurons", "components"])
@pytest.mark.parametrize("number", [0, 2.5])
def test_sizes_that_are_no_whole_numbers_are_refused(name, number):
    with pytest.raises(ValueError, match=f"{name}: expected a whole number >= 1, got {number}"):
        exchangeable_network(**({"particles": 3, "seed": 0} | {name: number}))


def test_it_takes_any_number_of_samples():
    assert exchangeable_network(3, seed=0)(tf.zeros((0, 6))).shape.as_list() == [0, 2]
