"""Samples of the liquid drop in chunks: the ellipses, the start and the order of the random draws.

Each chunk draws from a seed of its own, always in this order: shapes, places, the steps' noise. So
its bits depend on neither the number of samples nor the cores, and drops of different deformation
share their draws.
"""

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, overload

import numpy as np
from joblib import Parallel, delayed
from scipy.special import ndtr, ndtri

from data_generators._drop_cache import ChunkCache
from data_generators._relaxation import relax

if TYPE_CHECKING:
    from data_generators.liquid_drop import LiquidDrop

CHUNK = 64  # samples relaxed together; the bits of a sample depend on its place in its chunk
VERSION = "1"  # of the generator's bits: a new one makes cached chunks stale
# δr ends where the ellipse is five by one fifth, on both sides: that of δr = 4 is that of -0.8
# with its axes exchanged, and a thinner one could not hold the particles.
SMALLEST, LARGEST = -0.8, 4.0


class Shapes(NamedTuple):
    """The ellipses of n samples.

    Attributes:
        deformation: δr, (n,), in units of R.
        orientation: the angle from the first coordinate's axis to the half-axis 1 + δr, (n,).
    """

    deformation: np.ndarray
    orientation: np.ndarray

    @property
    def half_axes(self) -> np.ndarray:
        """1 + δr and 1/(1 + δr): (2, n)."""
        return np.stack([1 + self.deformation, 1 / (1 + self.deformation)])


@dataclass(frozen=True)
class Chunks(Sequence):
    """Samples in chunks, each from a seed of its own: see `LiquidDrop.chunks`."""

    drop: "LiquidDrop"
    n: int
    seed: int
    cache: Path | None = None

    def __len__(self) -> int:
        return -(-self.n // CHUNK)

    @overload
    def __getitem__(self, index: int) -> np.ndarray: ...
    @overload
    def __getitem__(self, index: slice) -> list[np.ndarray]: ...
    def __getitem__(self, index):
        if isinstance(index, slice):
            return [self[i] for i in range(len(self))[index]]
        index = range(len(self))[index]  # an IndexError at the end, so that iteration stops
        if self.cache is None:
            return self._make(index)[: self._rows(index)]
        kept = self._kept(self.cache)
        chunk = kept.read(index)
        if chunk is None:
            chunk = self._make(index)
            kept.write(index, chunk)
        return chunk[: self._rows(index)]

    def __iter__(self) -> Iterator[np.ndarray]:
        # In groups, so that a slow reader does not let finished chunks pile up.
        with Parallel(n_jobs=-1, prefer="threads", batch_size=1) as parallel:
            for first in range(0, len(self), 16):
                group = range(first, min(first + 16, len(self)))
                yield from parallel(delayed(self.__getitem__)(i) for i in group)

    def shapes(self, index: int) -> Shapes:
        """The ellipses of one chunk, each field (m,)."""
        _, shapes = self._begin(index)
        rows = self._rows(index)
        return Shapes(shapes.deformation[:rows], shapes.orientation[:rows])

    def fill(self, index: int, shapes: Shapes) -> np.ndarray:
        """One chunk's samples with other ellipses, at most as many as it holds: (m, 2N)."""
        spare = (0, CHUNK - len(shapes.deformation))
        whole = Shapes(*(np.pad(field, spare) for field in shapes))
        return self._make(index, whole)[: len(shapes.deformation)]

    def _rows(self, index: int) -> int:
        return min(CHUNK, self.n - index * CHUNK)

    def _begin(self, index: int) -> tuple[np.random.Generator, Shapes]:
        generator = np.random.Generator(np.random.SFC64([self.seed, index]))
        quantile, turn = generator.random((2, CHUNK))
        spread = self.drop.deformation
        if spread == 0:
            deformation = np.zeros(CHUNK)
        else:
            low, high = ndtr(SMALLEST / spread), ndtr(LARGEST / spread)
            deformation = spread * ndtri(low + (high - low) * quantile)
            deformation = np.clip(deformation, SMALLEST, LARGEST)  # rounding at the ends
        return generator, Shapes(deformation, 2 * np.pi * turn)

    def _make(self, index: int, shapes: Shapes | None = None) -> np.ndarray:
        generator, drawn = self._begin(index)
        shapes = drawn if shapes is None else shapes
        drop = self.drop
        x = starting_places(drop, generator) * shapes.half_axes[:, np.newaxis]
        if drop.steps > 0:
            x = relax(
                drop.law,
                x,
                shapes.half_axes,
                lambda m: generator.standard_normal((m, *x.shape), np.float32),
                steps=drop.steps,
                step=drop.step,
                temperature=drop.temperature,
                wall=drop.wall,
                central_wall=drop.wall_force == "central",
            )
        # The relaxation knows no direction but the half-axes', so the turn comes last.
        cos, sin = np.cos(shapes.orientation), np.sin(shapes.orientation)
        turned = np.concatenate([cos * x[0] - sin * x[1], sin * x[0] + cos * x[1]])
        return np.ascontiguousarray(turned.T, np.float32)

    def _kept(self, root: Path) -> ChunkCache:
        run = dataclasses.asdict(self.drop) | {"seed": self.seed, "version": VERSION}
        return ChunkCache(root, run, (CHUNK, 2 * self.drop.particles))


def starting_places(drop: "LiquidDrop", generator: np.random.Generator) -> np.ndarray:
    """Places in the unit disc, to be stretched to the ellipse: (2, N, CHUNK)."""
    if drop.start == "lattice":
        k = np.arange(drop.particles)
        golden = np.pi * (3 - np.sqrt(5))
        label = generator.permuted(np.tile(k, (CHUNK, 1)), axis=1).T
        radius, angle = np.sqrt((label + 0.5) / drop.particles), golden * label
    else:
        radius, angle = generator.random((2, drop.particles, CHUNK))
        radius, angle = np.sqrt(radius), 2 * np.pi * angle
    return radius * np.stack([np.cos(angle), np.sin(angle)])
