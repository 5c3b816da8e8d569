"""A wave packet of random position, height and width in a fluctuating field on a lattice.

x_j = ξ_j + a exp(-(j - j̄)²/δj²), j = 1..N, with ξ_j independent Gaussians and j̄, a and δj uniform.
Use it to ask how many collective variables a field has: three of its 100 directions are no noise.
"""

from dataclasses import dataclass, fields
from typing import Any, ClassVar

import numpy as np

from data_generators._checks import check_positive, check_real, check_seed, check_whole
from data_generators._sampler import Sampler, Seed

GRID = 12  # nodes of Gauss and Legendre for each collective variable


@dataclass(frozen=True)
class VariedPacket(Sampler):
    """The distribution of the field x, (N,).

    Args:
        noise: √<ξ_j²>, the strength of the field's fluctuations.
        positions: the range of the packet's centre j̄, in sites.
        heights: the range of its height a.
        widths: the range of its width δj, in sites.
        sites: N.

    Raises:
        ValueError: a negative noise, a range that is empty or (but for the position) not positive,
            no site.

    Example:
        >>> from data_generators import VariedPacket
        >>> field = VariedPacket(noise=0.1)
        >>> field.sample(3, seed=0).shape, field.collective(3, seed=0).shape
        ((3, 100), (3, 3))
    """

    dtype: ClassVar = np.float32

    noise: float = 0.1
    positions: tuple[float, float] = (30.0, 70.0)
    heights: tuple[float, float] = (0.5, 1.5)
    widths: tuple[float, float] = (6.0, 12.0)
    sites: int = 100

    def __post_init__(self) -> None:
        check_real("noise", self.noise, least=0)
        check_whole("sites", self.sites, least=1)
        for field in fields(self)[1:4]:
            low, high = getattr(self, field.name)
            if field.name == "positions":
                check_real("positions", low, least=-np.inf)
            else:
                check_positive(field.name, low)
            check_real(field.name, high, least=low)
            if not low < high:
                raise ValueError(f"{field.name}: expected low < high, got {(low, high)}")

    def packet(self, collective: Any) -> np.ndarray:
        """A exp(-(j - j̄)²/δj²) for (j̄, a, δj) in rows (n, 3): (n, N)."""
        position, height, width = np.asarray(collective, float).T[:, :, np.newaxis]
        return height * np.exp(-(((np.arange(1, self.sites + 1) - position) / width) ** 2))

    def collective(self, n: int, *, seed: Seed) -> np.ndarray:
        """The j̄, a and δj of each packet of `sample`, (n, 3)."""
        return self._draw(n, seed)[0]

    def sample(self, n: int, *, seed: Seed) -> np.ndarray:
        """Draw n samples, (n, N)."""
        collective, generator = self._draw(n, seed)
        noise = generator.standard_normal((n, self.sites), dtype=np.float32)
        return self.packet(collective).astype(np.float32) + np.float32(self.noise) * noise

    def small_noise_rmi(self, components: int) -> float:
        """Ĩ of the first 1, 2 or 3 of (j̄, a, δj), found as well as can be, as the noise vanishes.

        ln of their ranges' product, - <½ ln det C> with C the block of these in (GᵀG)⁻¹ and G the
        packet's slopes along all three: least squares moves by that much where x does. In nats, by
        quadrature to 1e-4.

        Raises:
            ValueError: another number of them.
        """
        if components not in (1, 2, 3):
            raise ValueError(f"components: expected 1, 2 or 3, got {components}")
        ranges = np.array([self.positions, self.heights, self.widths])
        node, share = np.polynomial.legendre.leggauss(GRID)
        axes = ranges.mean(axis=1) + np.multiply.outer((node + 1) / 2 - 0.5, np.ptp(ranges, axis=1))
        collective = np.stack(np.meshgrid(*axes.T, indexing="ij"), axis=-1).reshape(-1, 3)
        weights = np.einsum("i,j,k->ijk", *[share / 2] * 3).ravel()
        slopes = self.slopes(collective)
        spread = np.linalg.inv(slopes @ np.swapaxes(slopes, 1, 2))[:, :components, :components]
        log_volume = 0.5 * np.linalg.slogdet(spread)[1]
        return float(np.log(np.ptp(ranges, axis=1)[:components]).sum() - weights @ log_volume)

    def slopes(self, collective: Any) -> np.ndarray:
        """∂packet/∂(j̄, a, δj) for (n, 3): (n, 3, N)."""
        position, height, width = np.asarray(collective, float).T[:, :, np.newaxis]
        away = (np.arange(1, self.sites + 1) - position) / width
        shape = np.exp(-(away**2))
        along = 2 * height * away / width * shape
        return np.stack([along, shape, along * away], axis=1)

    def _draw(self, n: int, seed: Seed) -> tuple[np.ndarray, np.random.Generator]:
        check_whole("n", n, least=1)
        check_seed(seed)
        generator = np.random.default_rng(seed)
        low, high = np.array([self.positions, self.heights, self.widths]).T
        return generator.uniform(low, high, (n, 3)), generator
