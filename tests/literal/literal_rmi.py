"""The paper's formulas and those of the corrected estimators, written out literally in NumPy.

Slow, dense and independent of `rmi_tf`, which the tests hold against them. Samples come first:
x (n, N), y (n, K), Jacobian (n, K, N).
"""

import math

import numpy as np
from scipy.special import digamma


def histogram_entropy(y, bins, bounds=None, weights=None):
    """H(y) = -Σ_k m_k ln(m_k / ΔV) of numpy.histogramdd, (n, K) -> nats."""
    limits = None if bounds is None else list(zip(*bounds, strict=True))
    counts, edges = np.histogramdd(y, bins=bins, range=limits, weights=weights)
    mass = counts[counts > 0] / counts.sum()
    volume = math.prod(edge[1] - edge[0] for edge in edges)
    return -np.sum(mass * np.log(mass / volume))


def triangular_masks(y, nodes, bounds):
    """d_k(y_i) of Appendix D for values (n,), as a dense matrix (n, nodes)."""
    low, high = bounds
    step = (high - low) / (nodes - 1)
    centres = low + step * np.arange(nodes)
    away = y[:, np.newaxis] - centres
    rising = np.where((away > -step) & (away <= 0), 1 / step + away / step**2, 0)
    falling = np.where((away > 0) & (away <= step), 1 / step - away / step**2, 0)
    return rising + falling


def triangular_masses(y, nodes, bounds, weights=None):
    """P_y(y_k) times the cell's volume, a weighted mean of (products of) masks: nodes^K values."""
    y = y.reshape(len(y), -1)
    weights = np.full(len(y), 1 / len(y)) if weights is None else weights / np.sum(weights)
    density, volume = weights[:, np.newaxis], 1
    for component in range(y.shape[1]):
        limits = bounds[0][component], bounds[1][component]
        mask = triangular_masks(y[:, component], nodes, limits)
        density = (density[:, :, np.newaxis] * mask[:, np.newaxis]).reshape(len(y), -1)
        volume *= (limits[1] - limits[0]) / (nodes - 1)
    return density.sum(axis=0) * volume, volume


def triangular_entropy(y, nodes, bounds=None, weights=None):
    """H(y) = -Δy Σ_k P_y(y_k) ln P_y(y_k), Appendix D, with the bounds at the extremes."""
    y = y.reshape(len(y), -1)
    bounds = (y.min(axis=0), y.max(axis=0)) if bounds is None else bounds
    mass, volume = triangular_masses(y, nodes, bounds, weights)
    mass = mass[mass > 0]
    return -np.sum(mass * np.log(mass / volume))


def log_volume(jacobian, covariance=None):
    """½ ln det(J Σ Jᵀ) of each sample, with Σ (N, N) or (n, N, N)."""
    sigma = np.eye(jacobian.shape[2]) if covariance is None else covariance
    return 0.5 * np.linalg.slogdet(jacobian @ sigma @ np.swapaxes(jacobian, 1, 2))[1]


def spacings_terms(y, m=8):
    """ln(z_min(i+m,n) - z_max(i-m,1)) - ψ(min(i+m,n) - max(i-m,1)) + ln(n+1), as numbered there."""
    n = len(y)
    order = np.argsort(y)
    z = dict(enumerate(y[order], start=1))
    terms = np.empty(n)
    for i in range(1, n + 1):
        upper, lower = min(i + m, n), max(i - m, 1)
        terms[order[i - 1]] = math.log(z[upper] - z[lower]) - digamma(upper - lower)
    return terms + math.log(n + 1)


def neighbour_terms(y, k=4):
    """Kozachenko and Leonenko: ψ(n) - ψ(k) + ln V_K + K ln r_i, all distances in one matrix."""
    n, components = y.shape
    distance = np.sqrt(((y[:, np.newaxis] - y[np.newaxis]) ** 2).sum(axis=2))
    np.fill_diagonal(distance, np.inf)
    radius = np.sort(distance, axis=1)[:, k - 1]
    ball = math.pi ** (components / 2) / math.gamma(components / 2 + 1)
    return digamma(n) - digamma(k) + math.log(ball) + components * np.log(radius)


def normalized_position(x):
    """Values and gradient of Σ_j j x_j² / Σ_j x_j², by hand: (n,) and (n, 1, N)."""
    sites = np.arange(1, x.shape[1] + 1)
    intensity = (x**2).sum(axis=1)
    y = (x**2) @ sites / intensity
    return y, (2 * x * (sites - y[:, np.newaxis]) / intensity[:, np.newaxis])[:, np.newaxis]


def second_moments(x):
    """Values and Jacobian of (<x_a²>, <x_b²>), a the first half of the sites, b the rest."""
    half = x.shape[1] // 2
    first, second = x[:, :half], x[:, half:]
    y = np.stack([(first**2).mean(axis=1), (second**2).mean(axis=1)], axis=1)
    zero = np.zeros_like(first)
    upper = np.concatenate([2 * first / half, zero], axis=1)
    lower = np.concatenate([zero, 2 * second / half], axis=1)
    return y, np.stack([upper, lower], axis=1)
