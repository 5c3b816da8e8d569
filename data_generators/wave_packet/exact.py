"""Exact RMI of linear features of the wave packet, by quadrature: the truth for Fig. 2b.

y = w · x is a Gaussian of standard deviation noise |w| about w · packet(j̄), with j̄ uniform, so P_y
is an integral over j̄ and H(y) one over y. Without noise P_y follows from the slope of w · packet.
"""

from typing import Any

import numpy as np
from scipy.optimize import brentq

from data_generators.wave_packet.packet import WavePacket


def linear_rmi(system: WavePacket, weights: Any) -> float:
    """Ĩ(x, w · x) = H(w · x) - ln |w| in nats, to about 1e-6.

    Args:
        system: the wave packet.
        weights: w, (N,), not all zero.

    Raises:
        ValueError: another shape, or weights that are not finite or all zero.

    Example:
        >>> import numpy as np
        >>> from data_generators import WavePacket, linear_rmi
        >>> round(linear_rmi(WavePacket(noise=0.2), np.ones(100)), 3)  # the mean field's
        -0.19
    """
    w = np.asarray(weights, float)
    if w.shape != (system.sites,):
        raise ValueError(f"weights: expected shape ({system.sites},), got {w.shape}")
    length = np.linalg.norm(w)
    if not (np.isfinite(length) and length > 0):
        raise ValueError("weights: expected finite numbers, not all zero")
    w = w / length  # then ln |w| = 0
    if system.noise == 0:
        return _entropy_without_noise(system, w)
    return _entropy_with_noise(system, w)


def covariance(system: WavePacket) -> np.ndarray:
    """<x_i x_j> - <x_i><x_j> of the field, (N, N), by quadrature over j̄.

    Example:
        >>> from data_generators import WavePacket, covariance
        >>> c = covariance(WavePacket(noise=0.2))
        >>> c.shape, round(float(c[0, 0]), 3)  # no packet comes near the first site
        ((100, 100), 0.04)
    """
    position, share = _positions(system, 25)
    packets = system.packet(position)
    mean = share @ packets
    packets = packets - mean
    return packets.T @ (share[:, np.newaxis] * packets) + system.noise**2 * np.eye(system.sites)


def _positions(system: WavePacket, panels: int) -> tuple[np.ndarray, np.ndarray]:
    """Nodes for the average over j̄, 16 of Gauss and Legendre in each panel, and their shares."""
    node, share = np.polynomial.legendre.leggauss(16)
    edges = np.linspace(*system.positions, panels + 1)
    position = edges[:-1, np.newaxis] + (edges[1] - edges[0]) * (node + 1) / 2
    return position.ravel(), np.tile(share / 2 / panels, panels)


def _entropy_with_noise(system: WavePacket, w: np.ndarray) -> float:
    coarse = system.packet(np.linspace(*system.positions, 1001)) @ w
    span = np.ptp(coarse) / system.noise
    # At least eight nodes to each standard deviation of the noise resolve the Gaussians; the
    # trapezoidal rule over y then converges faster than any power of its step.
    position, share = _positions(system, int(max(25, span)))
    centre = (system.packet(position) @ w) / system.noise
    y = np.linspace(centre.min() - 9, centre.max() + 9, int(max(400, 8 * (span + 18))))
    density = np.concatenate(
        [np.exp(-0.5 * (part[:, None] - centre) ** 2) @ share for part in np.array_split(y, 20)]
    ) / np.sqrt(2 * np.pi)
    step = y[1] - y[0]
    inside = density[density > 0]
    return float(-step * np.sum(inside * np.log(inside)) + np.log(system.noise))


def _entropy_without_noise(system: WavePacket, w: np.ndarray) -> float:
    """H = -<ln P_y(y(j̄))>, with P_y(y) = Σ 1/(L |y'|) over all positions of that y, L the range."""

    def value(position: np.ndarray) -> np.ndarray:
        return system.packet(np.ravel(position)) @ w

    def slope(position: Any) -> np.ndarray:
        return system.slope(np.ravel(position)) @ w

    low, high = system.positions
    grid = np.linspace(low, high, 2001)
    turns = np.flatnonzero(np.diff(np.sign(slope(grid))))
    turning = [brentq(lambda p: slope(p)[0], grid[i], grid[i + 1], xtol=1e-13) for i in turns]
    pieces = list(zip([low, *turning], [*turning, high], strict=True))
    node, share = np.polynomial.legendre.leggauss(400)
    angle = np.pi / 4 * (node + 1)
    average = 0.0
    for a, b in pieces:
        # a + (b - a) sin² places the nodes densely at turning points, where P_y is singular
        position = a + (b - a) * np.sin(angle) ** 2
        measure = np.pi / 4 * share * (b - a) * np.sin(2 * angle) / (high - low)
        y = value(position)
        density = 1 / np.abs(slope(position))
        for c, d in pieces:
            if (c, d) != (a, b):
                density += _inverse_slope(value, slope, c, d, y)
        average += measure @ np.log(density / (high - low))
    return float(-average)


def _inverse_slope(value: Any, slope: Any, c: float, d: float, y: np.ndarray) -> np.ndarray:
    """1/|y'| where y is taken on the monotone piece from c to d, else 0."""
    ends = value(np.array([c, d]))
    inside = (y > ends.min()) & (y < ends.max())
    left, right = np.full(y.shape, c), np.full(y.shape, d)
    for _ in range(60):  # bisection of all points at once, to the last bit
        middle = (left + right) / 2
        above = (value(middle) > y) == (ends[1] > ends[0])
        left, right = np.where(above, left, middle), np.where(above, middle, right)
    return np.where(inside, 1 / np.maximum(np.abs(slope((left + right) / 2)), 1e-300), 0.0)
