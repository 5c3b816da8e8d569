"""The blob: its tangents, the bound by pixels and in closed form, centroids below and at it."""

import rmi_tf
from rmi_tf import tf

import numpy as np
import pytest

from data_generators import Blob

PLACES = np.stack(np.meshgrid(np.arange(32), np.arange(32)), axis=-1).reshape(-1, 2)


def centroid(power):
    def feature(x):
        weights = x**power
        total = tf.reduce_sum(weights, axis=1, keepdims=True)
        return tf.matmul(weights, tf.constant(PLACES, x.dtype)) / total

    return feature


@pytest.mark.parametrize("turned", [False, True])
def test_the_tangents_are_slopes_of_the_image(turned):
    blob, step = Blob(turned=turned), 1e-5
    at = blob.variables(3, seed=0)
    for i, tangent in enumerate(np.swapaxes(blob.tangents(at), 0, 1)):
        aside = step * np.eye(at.shape[1])[i]
        difference = (blob.image(at + aside) - blob.image(at - aside)) / (2 * step)
        # a third derivative of order 1 times 1e-10, and rounding of 1e-16/1e-5
        assert tangent == pytest.approx(difference, abs=1e-9)


@pytest.mark.parametrize("turned", [False, True])
def test_the_bound_in_closed_form_is_that_of_the_pixels(turned):
    blob = Blob(turned=turned)
    volume = blob.log_volume(blob.variables(1000, seed=0))
    entropy = np.log(256) + turned * np.log(np.pi)
    # at the far edge e^(-49/10) of the squares is cut off over the outermost pixels: 1e-3 there
    assert entropy - volume.mean() == pytest.approx(blob.bound(), abs=5e-4)


def test_a_blob_stands_where_its_variables_say():
    blob = Blob(turned=True)
    variables, x = blob.variables(200, seed=1), blob.sample(200, seed=1).astype(float)
    assert centroid(2.0)(tf.constant(x)).numpy() == pytest.approx(variables[:, :2], abs=0.1)
    away = PLACES - variables[:, np.newaxis, :2]
    moments = np.einsum("np,npi,npj->nij", x, away, away) / x.sum(axis=1)[:, None, None]
    along = np.linalg.eigh(moments)[1][..., 1]
    turn = np.arctan2(along[:, 1], along[:, 0]) - variables[:, 2]
    assert np.abs(np.sin(turn)).max() < 0.05  # what the image's edge cuts off tilts it


@pytest.mark.parametrize("power", [1.5, 2.0, 3.0])
def test_a_centroid_holds_what_its_formula_says(power):
    blob = Blob()
    x = blob.image(blob.variables(4000, seed=0))
    found = rmi_tf.renormalized_mutual_information(centroid(power), x)
    # beside four errors the neighbours' bias at a square's edges, 0.02 (README's table)
    assert abs(found.rmi - blob.centroid_rmi(power)) < 4.9 * found.se + 0.02


def test_no_power_but_two_reaches_the_bound():
    blob = Blob(half_axes=(3.0, 2.0))
    assert blob.centroid_rmi(2) == pytest.approx(blob.bound(), abs=1e-12)  # an identity
    powers = np.linspace(1.1, 6, 50)
    assert max(blob.centroid_rmi(p) for p in powers) <= blob.bound()


@pytest.mark.paper
def test_three_variables_are_found_by_flows_up_to_the_bound():
    blob = Blob(turned=True)
    variables = blob.variables(3000, seed=0)
    volume = np.concatenate([blob.log_volume(part) for part in np.split(variables, 3)])
    found = rmi_tf.rmi_from_terms(variables, volume, period=[None, None, np.pi])
    # flows know smooth densities to 0.05 nats (`make bench STUDY=flow`); this one has edges
    assert abs(found.rmi - blob.bound()) < 4.9 * found.se + 0.05


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"half_axes": (0, 1.0)}, "half_axes: expected a finite number > 0, got 0"),
        ({"half_axes": (1.0,)}, r"half_axes: expected two numbers, got \(1.0,\)"),
        ({"places": (3.0, 3.0)}, "places: expected low < high"),
        ({"turned": 1}, "turned: expected True or False, got 1"),
        ({"turned": True, "half_axes": (2.0, 2.0)}, "half_axes: expected two that differ"),
        ({"side": 0}, "side: expected a whole number >= 1"),
    ],
)
def test_bad_parameters_are_named(change, message):
    with pytest.raises(ValueError, match=message):
        Blob(**change)


def test_bad_arguments_are_named():
    with pytest.raises(ValueError, match=r"variables: expected shape \(n, 2\), got \(4, 3\)"):
        Blob().image(np.zeros((4, 3)))
    with pytest.raises(ValueError, match="power: expected a number > 1, got 1"):
        Blob().centroid_rmi(1)
    with pytest.raises(ValueError, match="turned: expected a blob without an angle"):
        Blob(turned=True).centroid_rmi(2)
