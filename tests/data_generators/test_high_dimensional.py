"""The distributions of known entropy, and the packet of three collective variables."""

import rmi_tf
from rmi_tf import packet_fit, tf

import numpy as np
import pytest

from data_generators import VariedPacket, bananas, correlated_gaussian, gaussian_mixture, spirals

KINDS = [correlated_gaussian, gaussian_mixture, spirals, bananas]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("components", [1, 2])
def test_the_entropy_is_what_accurate_estimators_find(kind, components):
    known = kind(components)
    y = known.sample(40_000, seed=0)
    found = rmi_tf.rmi_from_terms(y, np.zeros(len(y)))
    # and the neighbours' own bias, which 0.01 nats bounds at K = 2
    assert abs(found.entropy - known.entropy) < 4 * found.se + 0.01


@pytest.mark.parametrize("kind", KINDS)
def test_any_number_of_components_and_the_same_bits_from_a_seed(kind):
    y = kind(5).sample(200, seed=3)
    assert y.shape == (200, 5)
    assert np.array_equal(y, kind(5).sample(200, seed=3))
    with pytest.raises(ValueError, match="components: expected a whole number >= 1, got 0"):
        kind(0)


def test_a_varied_packet_is_a_packet_and_noise():
    field = VariedPacket(noise=0.2)
    collective, x = field.collective(2000, seed=1), field.sample(2000, seed=1)
    noise = x - field.packet(collective)
    # 200,000 normals: the standard error of their deviation is 0.0003
    assert abs(noise.std() - 0.2) < 0.0013
    low, high = collective.min(axis=0), collective.max(axis=0)
    assert np.all(low >= [30, 0.5, 6]) and np.all(high <= [70, 1.5, 12])


def test_the_slopes_are_those_of_the_packet():
    field, at, step = VariedPacket(), np.array([[41.0, 0.8, 7.5]]), 1e-5
    for i, slope in enumerate(field.slopes(at)[0]):
        aside = step * np.eye(3)[i]
        difference = (field.packet(at + aside) - field.packet(at - aside))[0] / (2 * step)
        assert slope == pytest.approx(difference, abs=1e-8)


def test_the_fit_finds_packets_exactly_without_noise():
    field = VariedPacket(noise=0)
    collective = field.collective(500, seed=2)
    found = packet_fit()(tf.constant(field.packet(collective))).numpy()
    found[:, 1:] = np.exp(found[:, 1:])
    # four steps of Gauss and Newton from a width that is off by up to a half
    assert found == pytest.approx(collective, rel=1e-2)


def test_a_field_whose_noise_hides_the_packet_has_a_fit_too():
    """Among these is one where steps of any length ran away, to a packet of no height."""
    x = VariedPacket(noise=0.3).sample(10_000, seed=0)
    assert np.isfinite(packet_fit()(tf.constant(x)).numpy()).all()


def test_the_fits_rmi_nears_its_small_noise_value():
    """K = 1 and 2 by spacings and neighbours, whose noise of 0.01 widens the ranges a little."""
    field = VariedPacket(noise=0.01)
    x, fit = field.sample(4000, seed=0).astype(float), packet_fit()
    for components in (1, 2):
        found = rmi_tf.renormalized_mutual_information(lambda x, K=components: fit(x)[:, :K], x)
        expected = field.small_noise_rmi(components)
        assert abs(found.rmi - expected) < 4 * found.se + 0.05


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"noise": -1}, "noise: expected a finite number >= 0"),
        ({"heights": (0.0, 1.0)}, "heights: expected a finite number > 0"),
        ({"widths": (9.0, 9.0)}, "widths: expected low < high"),
        ({"sites": 0}, "sites: expected a whole number >= 1"),
    ],
)
def test_bad_parameters_of_the_packet_are_named(change, message):
    with pytest.raises(ValueError, match=message):
        VariedPacket(**change)


def test_bad_parameters_of_the_fit_are_named():
    with pytest.raises(ValueError, match="width: expected a finite number > 0, got 0"):
        packet_fit(width=0)
    with pytest.raises(ValueError, match="components: expected 1, 2 or 3, got 4"):
        VariedPacket().small_noise_rmi(4)
