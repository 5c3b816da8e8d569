"""A real field on a square lattice, φ⁴ in two dimensions: order, disorder and where they meet.

S = Σ_x [-2κ Σ_μ φ_x φ_(x+μ) + φ_x² + λ (φ_x² - 1)²], periodic, with weight e^(-S). Use it to ask
which feature says most about each phase, and how that grows with the size at the critical point.
"""

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from data_generators._checks import check_real, check_seed, check_whole
from data_generators._sampler import Sampler, Seed

CHAINS = 128  # side by side, in one array
SETTLING, APART = 50, 4  # updates before the first sample of a chain, and between its samples
SWEEPS = 4  # of Metropolis in each update: at 16 by 16 samples cost least with so many

# At λ = 10, close to Ising's model, where little is left of small sizes. Found here: Binder's ratio
# 1 - <m⁴>/3<m²>² is the universal 0.61069 (Kamieniarz and Blöte, J. Phys. A 26, 201, 1993) at
# κ = 0.23553(6) for 32 by 32 and 0.23550(6) for 64 by 64 sites: `make bench STUDY=phases` checks.
CRITICAL_COUPLING, CRITICAL_HOPPING = 10.0, 0.2355


@dataclass(frozen=True)
class LatticeField(Sampler):
    """Fields φ of L by L sites, (L²,), from Markov chains that run side by side.

    An update sweeps over both colours of a chequerboard by Metropolis and then gives each of
    Swendsen and Wang's clusters of equal signs a new sign, so φ and -φ are alike at any κ and there
    is little slowing down where the phases meet (Brower and Tamayo, Phys. Rev. Lett. 62, 1087,
    1989). Rows that follow each other in a chain are correlated: tell an estimator
    ``chains=field.chains(n)``.

    Args:
        sides: L, even, so that the colours close on the lattice.
        hopping: κ, how much neighbours are alike.
        coupling: λ; where it is 0 the field is Gaussian.

    Raises:
        ValueError: L that is not even and above zero, numbers that are not finite, κ < 0, λ < 0, or
            κ >= 1/4 for λ = 0, where there is no such distribution.

    Example:
        >>> from data_generators import LatticeField
        >>> field = LatticeField.critical(4)
        >>> field.sample(200, seed=0).shape, field.hopping, field.coupling
        ((200, 16), 0.2355, 10.0)
    """

    dtype: ClassVar = np.float64
    critical_slope: ClassVar = 0.875
    """dĨ/d ln L at the critical point for y = Σφ/L: γ/2ν of the Ising class, since Ĩ = ½ ln χ and
    a shape that there does not depend on L."""

    sides: int = 8
    hopping: float = 0.2
    coupling: float = 0.1

    def __post_init__(self) -> None:
        check_whole("sides", self.sides, least=2)
        if self.sides % 2:
            raise ValueError(f"sides: expected an even number, got {self.sides}")
        check_real("hopping", self.hopping, least=0)
        check_real("coupling", self.coupling, least=0)
        if self.coupling == 0 and self.hopping >= 0.25:
            raise ValueError(f"hopping: expected less than 1/4 for λ = 0, got {self.hopping}")

    @classmethod
    def critical(cls, sides: int) -> "LatticeField":
        """The field at the critical point of λ = 10, κ = 0.2355(1)."""
        return cls(sides, CRITICAL_HOPPING, CRITICAL_COUPLING)

    def chains(self, n: int) -> list[int]:
        """How many of n rows each chain has, in their order."""
        check_whole("n", n, least=1)
        each = -(-n // CHAINS)
        whole, rest = divmod(n, each)
        return [each] * whole + [rest] * (rest > 0)

    def sample(self, n: int, *, seed: Seed) -> np.ndarray:
        """Draw n fields, (n, L²), one chain after the other."""
        lengths = self.chains(n)
        check_seed(seed)
        generator = np.random.default_rng(seed)
        field = generator.standard_normal((self.sides, self.sides, len(lengths)))
        for _ in range(SETTLING):
            field = self._updated(field, generator)
        kept = np.empty((len(lengths), lengths[0], self.sides**2))
        for row in range(lengths[0]):
            for _ in range(APART):
                field = self._updated(field, generator)
            kept[:, row] = field.reshape(-1, len(lengths)).T
        return kept.reshape(-1, self.sides**2)[:n]

    def gaussian_rmi(self) -> float:
        """Ĩ(φ, Σφ/L) = ½ ln [2πe / (2 - 8κ)] in nats, exact for λ = 0.

        There S is a sum over waves of wave number k, (1 - 2κ Σ_μ cos k_μ) |φ_k|².

        Raises:
            ValueError: λ is not 0.
        """
        self._check_gaussian()
        return 0.5 * math.log(2 * math.pi * math.e / (2 - 8 * self.hopping))

    def covariance(self) -> np.ndarray:
        """Of φ for λ = 0, exact: (L², L²), ½ (1 - κA)⁻¹ with the neighbours' matrix A.

        Raises:
            ValueError: λ is not 0.
        """
        self._check_gaussian()
        cosine = np.cos(2 * np.pi * np.arange(self.sides) / self.sides)
        of_waves = 0.5 / (1 - 2 * self.hopping * np.add.outer(cosine, cosine))
        shift = np.fft.ifft2(of_waves).real  # between sites so far apart along each axis
        apart = np.subtract.outer(np.arange(self.sides), np.arange(self.sides))
        square = shift[apart[:, np.newaxis, :, np.newaxis], apart[np.newaxis, :, np.newaxis, :]]
        return square.reshape(self.sides**2, -1)

    def _check_gaussian(self) -> None:
        if self.coupling != 0:
            raise ValueError(f"coupling: expected 0, where φ is Gaussian, got {self.coupling}")

    def _updated(self, field: np.ndarray, generator: np.random.Generator) -> np.ndarray:
        """Fields (L, L, chains) after one update."""
        step = 3 / math.sqrt(2 + 8 * self.coupling)  # by how narrow a site's well is
        for colour in SWEEPS * (0, 1):
            neighbours = np.zeros_like(field)
            for axis in (0, 1):
                neighbours += np.roll(field, 1, axis) + np.roll(field, -1, axis)
            for row in (0, 1):
                here = np.s_[row::2, (row + colour) % 2 :: 2]
                old = field[here]
                move = generator.uniform(-step, step, old.shape)
                cost = self._of_site(old + move) - self._of_site(old)
                cost -= 2 * self.hopping * move * neighbours[here]
                old += move * (generator.standard_exponential(old.shape) > cost)
        return field * self._signs(field, generator)

    def _of_site(self, field: np.ndarray) -> np.ndarray:
        square = field * field
        return square + self.coupling * (square - 1) ** 2

    def _signs(self, field: np.ndarray, generator: np.random.Generator) -> np.ndarray:
        """A sign for each cluster, at each of its sites."""
        sites = np.arange(field.size).reshape(field.shape)
        pairs = []
        for axis in (0, 1):
            # S falls by this where the signs of neighbours become alike
            gain = 4 * self.hopping * field * np.roll(field, -1, axis)
            bound = generator.standard_exponential(field.shape) < gain
            pairs.append(np.stack([sites[bound], np.roll(sites, -1, axis)[bound]]))
        ends = np.concatenate(pairs, axis=1)
        bonds = coo_array((np.ones(ends.shape[1], np.int8), tuple(ends)), (field.size, field.size))
        count, label = connected_components(bonds, directed=False)
        sign = 2.0 * generator.integers(2, size=count) - 1
        return sign[label].reshape(field.shape)
