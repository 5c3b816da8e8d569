"""A wave packet at a random place in a fluctuating field on a lattice: Fig. 2a and 2b.

x_j = ξ_j + exp(-(j - j̄)²/δj²), j = 1..N, with ξ_j independent Gaussians and j̄ uniform. Use it for
any feature of a field; the RMI of a linear one is known exactly.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from numbers import Integral, Real
from typing import Any, overload

import numpy as np

BLOCK = 5000  # samples drawn from one seed; the bits of a sample depend on its place in its block


@dataclass(frozen=True)
class WavePacket:
    """The distribution of the field x, (N,), in units of the packet's height.

    Args:
        noise: √<ξ_j²>, the strength of the field's fluctuations.
        width: δj, in sites.
        positions: the range of the packet's centre j̄, in sites.
        sites: N.

    Raises:
        ValueError: a negative or infinite noise, a width or range that is not positive, no site.
    """

    noise: float = 0.2
    width: float = 9.0
    positions: tuple[float, float] = (30.0, 70.0)
    sites: int = 100

    def __post_init__(self) -> None:
        if not (_is_number(self.noise) and self.noise >= 0):
            raise ValueError(f"noise: expected a finite number >= 0, got {self.noise!r}")
        if not (_is_number(self.width) and self.width > 0):
            raise ValueError(f"width: expected a finite number > 0, got {self.width!r}")
        ends = tuple(self.positions) if np.iterable(self.positions) else ()
        if len(ends) != 2 or not (all(map(_is_number, ends)) and ends[0] < ends[1]):
            raise ValueError(
                f"positions: expected finite (low, high), low < high, got {self.positions!r}"
            )
        if not (isinstance(self.sites, Integral) and self.sites >= 1):
            raise ValueError(f"sites: expected a whole number >= 1, got {self.sites!r}")

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
        if not _is_whole(n):
            raise ValueError(f"n: expected a whole number >= 1, got {n!r}")
        if not isinstance(seed, Integral) or seed < 0:
            raise ValueError(f"seed: expected a whole number >= 0, got {seed!r}")
        return Draws(self, int(n), int(seed))

    def sample(self, n: int, *, seed: int) -> np.ndarray:
        """Draw n samples, (n, N) float32: the same bits from a seed on any number of cores."""
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


def _is_number(value: Any) -> bool:
    return isinstance(value, Real) and math.isfinite(value)


def _is_whole(value: Any) -> bool:
    return _is_number(value) and value == int(value) and value >= 1


@dataclass(frozen=True)
class Draws(Sequence):
    """Blocks of (packet, unit noise), each from a seed of its own: see `WavePacket.draws`."""

    system: WavePacket
    n: int
    seed: int

    def __len__(self) -> int:
        return -(-self.n // BLOCK)

    @overload
    def __getitem__(self, index: int) -> tuple[np.ndarray, np.ndarray]: ...
    @overload
    def __getitem__(self, index: slice) -> list[tuple[np.ndarray, np.ndarray]]: ...
    def __getitem__(self, index):
        if isinstance(index, slice):
            return [self[i] for i in range(len(self))[index]]
        generator, position, rows = self._start(index)
        noise = generator.standard_normal((BLOCK, self.system.sites), dtype=np.float32)
        return self.system.packet(position, dtype=np.float32), noise[:rows]

    def position(self, index: int) -> np.ndarray:
        """The packets' centres in one block, (m,)."""
        return self._start(index)[1]

    def _start(self, index: int) -> tuple[np.random.Generator, np.ndarray, int]:
        index = range(len(self))[index]  # an IndexError at the end, so that iteration stops
        rows = min(BLOCK, self.n - index * BLOCK)
        generator = np.random.Generator(np.random.SFC64([self.seed, index]))
        return generator, generator.uniform(*self.system.positions, BLOCK)[:rows], rows


@dataclass(frozen=True)
class Chunks(Sequence):
    """Blocks of samples x = packet + noise ξ: see `WavePacket.chunks`."""

    draws: Draws
    noise: np.float32

    def __len__(self) -> int:
        return len(self.draws)

    @overload
    def __getitem__(self, index: int) -> np.ndarray: ...
    @overload
    def __getitem__(self, index: slice) -> list[np.ndarray]: ...
    def __getitem__(self, index):
        if isinstance(index, slice):
            return [self[i] for i in range(len(self))[index]]
        packet, noise = self.draws[index]
        return packet + self.noise * noise
