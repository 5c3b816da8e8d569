"""The oscillators' ground state: modes, covariance and RMI against plain linear algebra."""

import numpy as np
import pytest
from scipy.linalg import sqrtm

from data_generators import OscillatorChain


def stiffness(chain):
    """V, from the springs one by one."""
    V = chain.softest**2 * np.eye(chain.sites)
    for j in range(1, chain.sites):
        V[j - 1 : j + 1, j - 1 : j + 1] += [[1, -1], [-1, 1]]
    return V


@pytest.mark.parametrize("sites", [1, 2, 7, 20])
def test_the_modes_are_the_eigenvectors_of_the_springs(sites):
    chain = OscillatorChain(sites=sites, softest=0.3)
    assert chain.modes.T @ chain.modes == pytest.approx(np.eye(sites), abs=1e-12)
    expected = chain.modes * chain.frequencies**2
    assert stiffness(chain) @ chain.modes == pytest.approx(expected, abs=1e-12)
    assert np.all(np.diff(chain.frequencies) > 0)


def test_positions_have_the_ground_states_covariance():
    chain, n = OscillatorChain(sites=5, softest=0.2), 100_000
    exact = np.linalg.inv(sqrtm(stiffness(chain))) / 2
    found = np.cov(chain.sample(n, seed=0).T, bias=True)
    error = np.sqrt((np.outer(np.diag(exact), np.diag(exact)) + exact**2) / n)
    assert np.all(np.abs(found - exact) < 5.5 * error)  # of 15 numbers, each off by chance 4e-8


def test_the_energy_is_the_sum_of_half_the_frequencies():
    """<½ x V x> is half of it, as for one oscillator: another way to the covariance."""
    chain = OscillatorChain(sites=8, softest=0.1)
    x = chain.sample(100_000, seed=1)
    potential = 0.5 * np.sum(x @ stiffness(chain) * x, axis=1)
    error = potential.std() / np.sqrt(len(x))
    assert abs(potential.mean() - chain.frequencies.sum() / 4) < 5 * error


@pytest.mark.parametrize("components", [1, 2, 3])
def test_no_other_linear_feature_has_more(components):
    chain = OscillatorChain()
    covariance = np.linalg.inv(sqrtm(stiffness(chain)).real) / 2

    def rmi(weights):
        inner = [weights.T @ matrix @ weights for matrix in (covariance, np.eye(chain.sites))]
        (_, spread), (_, length) = map(np.linalg.slogdet, inner)
        return 0.5 * (components * np.log(2 * np.pi * np.e) + spread - length)

    best = chain.modes[:, :components]
    mixed = best @ np.random.default_rng(2).normal(size=(components, components))
    assert rmi(best) == pytest.approx(chain.rmi(components), abs=1e-9)
    assert rmi(mixed) == pytest.approx(chain.rmi(components), abs=1e-9)
    any_weights = np.random.default_rng(4).normal(size=(chain.sites, components))
    assert chain.linear_rmi(any_weights) == pytest.approx(rmi(any_weights), abs=1e-9)
    aside = np.random.default_rng(3).normal(size=(200, chain.sites, components))
    assert max(rmi(best + size * a) for size in (0.01, 0.1, 1) for a in aside) < chain.rmi(
        components
    )


def test_the_softest_mode_of_the_default_has_variance_five():
    assert OscillatorChain().rmi(1) == pytest.approx(0.5 * np.log(2 * np.pi * np.e * 5), abs=1e-12)


def test_the_overlap_is_the_least_cosine_between_the_spaces():
    chain = OscillatorChain(sites=6)
    modes = chain.modes
    assert chain.overlap(modes[:, [1, 0]] @ [[1.0, 2.0], [3.0, 4.0]]) == pytest.approx(1, abs=1e-12)
    turned = np.cos(0.3) * modes[:, :1] + np.sin(0.3) * modes[:, 4:5]
    assert chain.overlap(turned) == pytest.approx(np.cos(0.3), abs=1e-12)
    assert chain.overlap(modes[:, [0, 5]]) == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: OscillatorChain(sites=0), "sites"),
        (lambda: OscillatorChain(softest=0.0), "softest"),
        (lambda: OscillatorChain(softest=np.nan), "softest"),
        (lambda: OscillatorChain(sites=3).rmi(4), "components"),
        (lambda: OscillatorChain(sites=3).rmi(0), "components"),
        (lambda: OscillatorChain(sites=3).overlap(np.ones(3)), "weights"),
        (lambda: OscillatorChain(sites=3).overlap(np.ones((3, 2))), "weights"),
        (lambda: OscillatorChain(sites=3).linear_rmi(np.ones((2, 1))), "weights"),
    ],
)
def test_bad_arguments_are_named(call, name):
    with pytest.raises(ValueError, match=f"^{name}: expected"):
        call()
