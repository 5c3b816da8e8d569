"""What is known of an ideal gas in the liquid drop's ellipse: the truth for tests of Fig. 2d.

Without interaction and steps every particle is uniform in its ellipse. The paper's nonlinear
feature f(x) = (1/N Σ x₁², 1/N Σ x₂²) is then, given the shape, a mean of N independent pairs, thus
Gaussian up to terms of 1/N in its entropy, and the rest is a quadrature over shapes.
"""

from typing import Any, NamedTuple

import numpy as np
from scipy.special import ndtri
from scipy.stats import norm, truncnorm
from scipy.stats.qmc import Sobol

from data_generators.liquid_drop._shapes import LARGEST, SMALLEST
from data_generators.liquid_drop.drop import LiquidDrop


class GasRmi(NamedTuple):
    """RMI of the second moments in nats, with its two terms: rmi = entropy - log_volume."""

    rmi: float
    entropy: float
    log_volume: float


def gas_variance(deformation: float) -> float:
    """⟨x²⟩ of one coordinate of one particle, (⟨a²⟩ + ⟨b²⟩)/8 for half-axes a and b.

    All coordinates are uncorrelated, so any normalized linear feature has this variance.

    Example:
        >>> from data_generators import gas_variance
        >>> round(gas_variance(0.0), 3), round(gas_variance(0.1), 3)
        (0.25, 0.255)
    """
    a, weight = _half_axis(deformation)
    return float((weight * (a**2 + a**-2.0)).sum() / 8)


def gas_second_moments_rmi(
    deformation: float, particles: int, *, points: int = 8192, turns: int = 64
) -> GasRmi:
    """RMI of f(x) = (1/N Σ x₁², 1/N Σ x₂²) for the gas, in nats, right to about 1/N.

    P_f is a mixture of Gaussians over δr and the orientation; H is the mean of -ln P_f over a
    low-discrepancy set of its points, and J Jᵀ is diagonal with the entries 4 f / N.

    Args:
        deformation: the spread √<δr²>.
        particles: N.
        points: at which P_f is evaluated, a power of 2.
        turns: orientations in the mixture.

    Raises:
        ValueError: a deformation or a number of particles that `LiquidDrop` refuses.

    Example:
        >>> from data_generators import gas_second_moments_rmi
        >>> exact = gas_second_moments_rmi(0.1, 250)
        >>> round(exact.rmi, 2), round(exact.rmi - exact.entropy + exact.log_volume, 9)
        (1.18, 0.0)
    """
    LiquidDrop(deformation=deformation, particles=particles)
    quantiles = Sobol(4, rng=0).random(points)
    shift = deformation * _standard_shift(deformation).ppf(quantiles[:, 0])
    mean, covariance = _moments(1 + shift, np.cos(2 * np.pi * quantiles[:, 1]), particles)
    normal = ndtri(quantiles[:, 2:])
    y = mean + np.einsum("nij,nj->ni", np.linalg.cholesky(covariance), normal)

    density = np.zeros(points)
    cos = np.cos(np.pi * (np.arange(turns) + 0.5) / turns)
    for half_axis, weight in zip(*_half_axis(deformation), strict=True):
        mean, covariance = _moments(np.full(turns, half_axis), cos, particles)
        u, v = (y[:, np.newaxis] - mean).transpose(2, 0, 1)
        (uu, uv), (_, vv) = np.linalg.inv(covariance).transpose(1, 2, 0)
        distance = uu * u**2 + 2 * uv * u * v + vv * v**2
        height = 1 / (2 * np.pi * np.sqrt(np.linalg.det(covariance)))
        density += weight * (np.exp(-distance / 2) * height).mean(axis=1)
    entropy = -np.log(density).mean()
    log_volume = np.log(4 / particles) + np.log(y).sum(axis=1).mean() / 2
    return GasRmi(float(entropy - log_volume), float(entropy), float(log_volume))


def _moments(
    half_axis: np.ndarray, cos: np.ndarray, particles: int
) -> tuple[np.ndarray, np.ndarray]:
    """Mean (n, 2) and covariance (n, 2, 2) of f given 1 + δr and the cosine of 2 × orientation.

    With ⟨u²⟩ = 1/4, ⟨u⁴⟩ = 1/8 and ⟨u²v²⟩ = 1/24 in the unit disc, (au)² and (bv)² have the means,
    variances and the covariance below; x₁² ± x₂² follow by turning.
    """
    a, b = half_axis**2, half_axis**-2.0
    plus, minus = (a + b) / 4, cos * (a - b) / 4
    var_plus = (a**2 + b**2) / 8 + 1 / 12 - plus**2
    var_minus = cos**2 * ((a**2 + b**2) / 8 - 1 / 12) + (1 - cos**2) / 6 - minus**2
    cov = cos * (a**2 - b**2) / 8 - plus * minus
    f = np.array([[0.5, 0.5], [0.5, -0.5]])  # from x₁² + x₂² and x₁² - x₂²
    each = np.stack([np.stack([var_plus, cov], -1), np.stack([cov, var_minus], -1)], -2)
    return np.stack([plus, minus], -1) @ f, f @ each @ f / particles


def _standard_shift(deformation: float) -> Any:
    """The distribution of δr / deformation."""
    if deformation == 0:
        return norm()
    return truncnorm(SMALLEST / deformation, LARGEST / deformation)


def _half_axis(deformation: float) -> tuple[np.ndarray, np.ndarray]:
    """1 + δr at equally spaced places of its range, out to eight spreads, and their weights."""
    if deformation == 0:
        return np.ones(1), np.ones(1)
    low, high = max(SMALLEST / deformation, -8), min(LARGEST / deformation, 8)
    edges = np.linspace(low, high, 201)
    weight = np.diff(_standard_shift(deformation).cdf(edges))
    return 1 + deformation * (edges[1:] + edges[:-1]) / 2, weight / weight.sum()
