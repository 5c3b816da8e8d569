"""Densities of the distributions whose entropies are known: normalised, and of that entropy."""

import numpy as np
import pytest

from data_generators.known_entropies import KINDS

every = pytest.mark.parametrize("kind", KINDS)


@every
@pytest.mark.parametrize("components", [1, 2, 3, 7])
def test_the_mean_surprisal_of_samples_is_the_entropy(kind, components):
    known = kind(components)
    surprisal = -known.log_density(known.sample(40_000, seed=1))
    # 4e-7 by chance; 0.003 for a mixture's entropy, an average over samples itself
    bound = 5.1 * surprisal.std() / 200 + 0.003
    assert surprisal.mean() == pytest.approx(known.entropy, abs=bound)


@every
def test_the_density_of_a_pair_is_normalised(kind):
    known = kind(2)
    # an axis through the heavy tails: beyond 40 a Student pair has 1 in 10⁴; a peak is 0.04 wide
    place = np.sinh(np.linspace(-np.arcsinh(40), np.arcsinh(40), 2001))
    points = np.stack(np.meshgrid(place, place), axis=-1).reshape(-1, 2)
    density = np.exp(known.log_density(points)).reshape(2001, 2001)
    mass = np.trapezoid(np.trapezoid(density, place), place)
    assert mass == pytest.approx(1, abs=2e-4)
