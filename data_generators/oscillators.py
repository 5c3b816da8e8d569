"""The ground state of a chain of quantum oscillators, each on a pin: a Gaussian with soft modes.

H = Σ_j ½ [p_j² + κ x_j² + (x_j - x_(j-1))²] with free ends, in units of ħ, a mass and a spring. The
pins' strength κ = ω² is the square of the softest mode's frequency. Measured positions have the
density |ψ|². Use it where the best linear features are known: the modes, in their order.
"""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from data_generators._checks import check_positive, check_seed, check_whole
from data_generators._sampler import Sampler, Seed


@dataclass(frozen=True)
class OscillatorChain(Sampler):
    """Positions x of the oscillators in the ground state, (N,).

    H = ½ (p² + x V x) has the ground state exp(-½ x V^½ x), so the positions' covariance is
    C = ½ V^(-½). The springs make V diagonal in the cosines cos πk(j + ½)/N, k = 0 to N - 1.

    Args:
        sites: N.
        softest: ω, the frequency of the mode that moves all oscillators alike.

    Raises:
        ValueError: sites that are not a whole number >= 1, a frequency that is not positive.

    Example:
        >>> from data_generators import OscillatorChain
        >>> chain = OscillatorChain()
        >>> chain.sample(100, seed=0).shape, round(chain.rmi(1), 4)
        ((100, 20), 2.2237)
    """

    dtype: ClassVar = np.float64

    sites: int = 20
    softest: float = 0.1

    def __post_init__(self) -> None:
        check_whole("sites", self.sites, least=1)
        check_positive("softest", self.softest)

    @property
    def frequencies(self) -> np.ndarray:
        """Of the modes, rising, (N,): √(ω² + 4 sin²(πk/2N))."""
        waves = np.pi * np.arange(self.sites) / (2 * self.sites)
        return np.sqrt(self.softest**2 + 4 * np.sin(waves) ** 2)

    @property
    def modes(self) -> np.ndarray:
        """Unit vectors, the modes, as columns in the order of their frequencies: (N, N)."""
        k = np.arange(self.sites)
        cosines = np.cos(np.pi * np.multiply.outer(k + 0.5, k) / self.sites)
        return cosines * np.where(k == 0, 1, np.sqrt(2)) / np.sqrt(self.sites)

    def sample(self, n: int, *, seed: Seed) -> np.ndarray:
        """Draw n samples, (n, N)."""
        check_whole("n", n, least=1)
        check_seed(seed)
        amplitudes = np.random.default_rng(seed).standard_normal((n, self.sites))
        amplitudes *= np.sqrt(0.5 / self.frequencies)
        # a sum in a fixed order: BLAS's bits depend on the processor
        return np.einsum("nk,jk->nj", amplitudes, self.modes)

    def rmi(self, components: int) -> float:
        """The largest Ĩ of so many linear components, Σ_k ½ ln(2πe / 2ω_k) over the softest modes.

        In nats, exact: any basis of the space that these modes span has it.

        Raises:
            ValueError: components that are not a whole number from 1 to N.
        """
        check_whole("components", components, least=1)
        if components > self.sites:
            raise ValueError(f"components: expected at most N = {self.sites}, got {components}")
        return float(np.sum(0.5 * np.log(np.pi * np.e / self.frequencies[:components])))

    def linear_rmi(self, weights: np.ndarray) -> float:
        """Ĩ of x · W in nats, exact: ½ ln det(2πe WᵀCW) - ½ ln det(WᵀW), for weights W (N, K).

        Raises:
            ValueError: weights of another shape, or whose columns depend on each other.
        """
        amplitudes = self.modes.T @ self._basis(weights)
        spread = amplitudes.T @ (amplitudes * (np.pi * np.e / self.frequencies)[:, np.newaxis])
        return float(0.5 * np.linalg.slogdet(spread)[1])

    def overlap(self, weights: np.ndarray) -> float:
        """Least cosine between the space of weights (N, K) and that of the K softest modes.

        1 where they are the same, 0 where some direction of one is at right angles to the other.

        Raises:
            ValueError: weights of another shape, or whose columns depend on each other.
        """
        basis = self._basis(weights)
        soft = self.modes[:, : basis.shape[1]]
        return float(np.linalg.svd(basis.T @ soft, compute_uv=False).min())

    def _basis(self, weights: np.ndarray) -> np.ndarray:
        """Orthonormal columns that span the same as the weights (N, K)."""
        weights = np.asarray(weights, float)
        if weights.ndim != 2 or len(weights) != self.sites or weights.shape[1] > self.sites:
            raise ValueError(f"weights: expected ({self.sites}, K), got {weights.shape}")
        if np.linalg.matrix_rank(weights) < weights.shape[1]:
            raise ValueError("weights: expected columns that do not depend on each other")
        return np.linalg.qr(weights)[0]
