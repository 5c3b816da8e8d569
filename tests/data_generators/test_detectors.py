"""Noise of other kinds: entropies of uniform noise, and a camera's RMI, each in another way."""

import rmi_tf
from rmi_tf import linear, renormalized_mutual_information, rmi_from_terms

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import digamma
from scipy.stats import gamma, triang, uniform

from data_generators import Camera, UniformNoise


def test_uniform_noise_has_the_entropies_of_scipys_distributions():
    half = np.sqrt(3)
    along = UniformNoise().entropy_along([[2.0, 0.0], [0.0, -1.0], [1.0, 1.0], [1.0, -1.0]])
    axis = uniform(-half, 2 * half).entropy()
    diagonal = triang(0.5, -np.sqrt(6), 2 * np.sqrt(6)).entropy()
    assert along == pytest.approx([axis, axis, diagonal, diagonal], abs=1e-9)
    assert along == pytest.approx([0.5 * np.log(12)] * 2 + [0.5 + 0.5 * np.log(6)] * 2, abs=1e-12)


@pytest.mark.parametrize("angle", [0.1, 0.5, 1.2])
def test_other_directions_agree_with_the_convolution(angle):
    a, b = 2 * np.sqrt(3) * np.abs([np.cos(angle), np.sin(angle)])

    def density(y):
        overlap = min(y + b / 2, a / 2) - max(y - b / 2, -a / 2)
        return max(overlap, 0) / (a * b)

    def part(y):
        return -density(y) * np.log(density(y)) if density(y) > 0 else 0.0

    ends = [-(a + b) / 2, -abs(a - b) / 2, abs(a - b) / 2, (a + b) / 2]
    entropy = sum(quad(part, *ends[i : i + 2])[0] for i in range(3))
    found = UniformNoise().entropy_along([[np.cos(angle), np.sin(angle)]])
    assert found[0] == pytest.approx(entropy, abs=1e-7)


def test_uniform_noise_has_its_deviation_and_scales():
    noise = UniformNoise(deviation=0.2)
    x = noise.sample(100_000, seed=0)
    # the variance of a square is 4/5 of that of a Gaussian's, 2: 0.9 √(1/n)
    assert x.var(axis=0) == pytest.approx(0.04, rel=5.5 * 0.9 / np.sqrt(1e5))
    shift = noise.entropy_along([[3.0, 4.0]]) - UniformNoise().entropy_along([[3.0, 4.0]])
    assert shift == pytest.approx(np.log(0.2), abs=1e-12)
    u = x @ [0.6, 0.8]
    found = rmi_from_terms(u, np.zeros(len(u)))
    assert abs(found.entropy - noise.entropy_along([[3.0, 4.0]])[0]) < 5 * found.se + 0.002


def test_a_camera_without_read_out_noise_has_a_closed_form():
    """The sum of all pixels is A, with variance A: H(A) - ½ <ln A> = H(A) - ½ (ψ(k) + ln θ)."""
    camera = Camera(readout=0.0)
    brightness = gamma(camera.shape, scale=camera.photons / camera.shape)
    exact = brightness.entropy() - 0.5 * (digamma(4) + np.log(250))
    assert camera.linear_rmi(np.ones(9)) == pytest.approx(exact, abs=1e-6)


def test_the_library_finds_a_cameras_rmi():
    camera = Camera()
    x = camera.sample(10_000, seed=1)
    for weights in (np.ones(9), camera.spot, np.eye(9)[4]):
        found = renormalized_mutual_information(
            linear(weights), x, noise_covariance=camera.variances
        )
        assert abs(found.rmi - camera.linear_rmi(weights)) < 5 * found.se + 1e-3


def test_which_weights_are_best_depends_on_what_noise_there_is():
    every, spot = np.ones(9), Camera().spot
    for readout, best, other in ((0.0, every, spot), (300.0, spot, every)):
        camera = Camera(readout=readout)
        assert camera.linear_rmi(best) > camera.linear_rmi(other) + 0.05
    # where Σ is the identity, it is the spot: Cauchy and Schwarz
    volume = [np.log(np.linalg.norm(w) / (w @ spot)) for w in (every, spot)]
    assert volume[1] < volume[0]
    x = Camera().sample(1000, seed=2)
    assert rmi_tf.principal_components(x)[:, 0] == pytest.approx(
        spot / np.linalg.norm(spot), abs=1e-9
    )


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: UniformNoise(deviation=0), "deviation"),
        (lambda: UniformNoise().entropy_along([1.0, 2.0]), "directions"),
        (lambda: UniformNoise().entropy_along([[0.0, 0.0]]), "directions"),
        (lambda: Camera(photons=-1), "photons"),
        (lambda: Camera(shape=0.5), "shape"),
        (lambda: Camera(readout=-1), "readout"),
        (lambda: Camera(pixels=0), "pixels"),
        (lambda: Camera().linear_rmi(np.ones(3)), "weights"),
        (lambda: Camera().linear_rmi(np.zeros(9)), "weights"),
    ],
)
def test_bad_arguments_are_named(call, name):
    with pytest.raises(ValueError, match=f"^{name}: expected"):
        call()
