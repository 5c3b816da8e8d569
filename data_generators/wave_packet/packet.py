"""A wave packet at a random place in a fluctuating field on a lattice: Fig. 2a and 2b.

x_j = ξ_j + exp(-(j - j̄)²/δj²), j = 1..N, with ξ_j independent Gaussians and j̄ uniform. Use it for
any feature of a field; the RMI of a linear one is known exactly.
"""

import math
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from data_generators._blocks import Blocks
from data_generators._checks import check_positive, check_real, check_whole
from data_generators._sampler import Sampler

BLOCK = 5000  # samples drawn from one seed; the bits of a sample depend on its place in its block


@dataclass(frozen=True)
class WavePacket(Sampler):
    """The distribution of the field x, (N,), in units of the packet's height.

    Args:
        noise: √<ξ_j²>, the strength of the field's fluctuations.
        width: δj, in sites.
        positions: the range of the packet's centre j̄, in sites.
        sites: N.

    Raises:
        ValueError: a negative or infinite noise, a width or range that is not positive, no site.

    Example:
        >>> from data_generators import WavePacket
        >>> field = WavePacket(noise=0.2)
        >>> x = field.sample(1000, seed=0)
        >>> x.shape, x.dtype.name
        ((1000, 100), 'float32')
    """

    dtype: ClassVar = np.float32

    noise: float = 0.2
    width: float = 9.0
    positions: tuple[float, float] = (30.0, 70.0)
    sites: int = 100

    def __post_init__(self) -> None:
        check_real("noise", self.noise, least=0)
        check_positive("width", self.width)
        check_whole("sites", self.sites, least=1)
        ends = tuple(self.positions) if np.iterable(self.positions) else ()
        if len(ends) != 2:
            raise ValueError(f"positions: expected (low, high), got {self.positions!r}")
        for end in ends:
            check_real("positions", end, least=-math.inf)
        if not ends[0] < ends[1]:
            raise ValueError(f"positions: expected low < high, got {self.positions!r}")

    def packet(self, position: Any, *, dtype: Any = np.float64) -> np.ndarray:
        """exp(-(j - j̄)²/δj²) for positions (n,): (n, N)."""
        away = self._away(position, dtype)
        return np.exp(np.square(away, out=away) / dtype(-(self.width**2)))

    def slope(self, position: Any) -> np.ndarray:
        """∂packet/∂j̄ for positions (n,): (n, N)."""
        away = self._away(position, np.float64)
        return 2 * away / self.width**2 * np.exp(-(away**2) / self.width**2)

    def draws(self, n: int, *, seed: int) -> "Draws":
        """Packets and unit noise of n samples, in blocks of (packet, ξ/√<ξ²>), each (m, N) float32.

        x = packet + noise ξ: the draws do not depend on the noise, so one pass over them serves
        every noise strength, and differences between strengths are free of most of the scatter.
        """
        check_whole("n", n, least=1)
        check_whole("seed", seed, least=0)
        return Draws(self, int(n), int(seed))

    def sample(self, n: int, *, seed: int) -> np.ndarray:
        """Draw n samples, (n, N)."""
        return np.concatenate(list(self.chunks(n, seed=seed)))

    def chunks(self, n: int, *, seed: int) -> "Chunks":
        """The samples of `sample` as a sequence of chunks (m, N), each drawn when asked for."""
        return Chunks(self.draws(n, seed=seed), np.float32(self.noise))

    def position(self, n: int, *, seed: int) -> np.ndarray:
        """The centre j̄ of each packet of `sample`, (n,)."""
        draws = self.draws(n, seed=seed)
        return np.concatenate([draws.position(i) for i in range(len(draws))])

    def _away(self, position: Any, dtype: Any) -> np.ndarray:
        sites = np.arange(1, self.sites + 1, dtype=dtype)
        return sites - np.asarray(position, dtype)[:, np.newaxis]


@dataclass(frozen=True)
class Draws(Blocks[tuple[np.ndarray, np.ndarray]]):
    """Blocks of (packet, unit noise), each from a seed of its own: see `WavePacket.draws`."""

    system: WavePacket
    n: int
    seed: int

    def __len__(self) -> int:
        return -(-self.n // BLOCK)

    def block(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        """Packets and unit noise of one block, (m, N) each."""
        generator, position, rows = self._start(index)
        noise = generator.standard_normal((BLOCK, self.system.sites), dtype=np.float32)
        return self.system.packet(position, dtype=np.float32), noise[:rows]

    def position(self, index: int) -> np.ndarray:
        """The packets' centres in one block, (m,)."""
        return self._start(index)[1]

    def _start(self, index: int) -> tuple[np.random.Generator, np.ndarray, int]:
        rows = min(BLOCK, self.n - index * BLOCK)
        generator = np.random.Generator(np.random.SFC64([self.seed, index]))
        return generator, generator.uniform(*self.system.positions, BLOCK)[:rows], rows


@dataclass(frozen=True)
class Chunks(Blocks[np.ndarray]):
    """Blocks of samples x = packet + noise ξ: see `WavePacket.chunks`."""

    draws: Draws
    noise: np.float32

    def __len__(self) -> int:
        return len(self.draws)

    def block(self, index: int) -> np.ndarray:
        """The samples of one block, (m, N)."""
        packet, noise = self.draws[index]
        return packet + self.noise * noise
