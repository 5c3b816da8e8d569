"""Entropies of a place on [0, 1] that is read with a Gaussian error, from the masses of cells."""

import math
from typing import NamedTuple

import numpy as np
from scipy.ndimage import correlate1d
from scipy.special import entr, ndtr, xlogy

REACH = 6  # δ beyond the ends of the scale: 1e-9 of the readings lie further out


class Marks(NamedTuple):
    """The scale [0, 1] in equal cells, read with an error δ."""

    cells: int
    delta: float

    def entropies(self, mass: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """H of each reading, (..., cells) -> (...), and minus its change as a cell's mass moves up.

        A cell's own width, s, adds s²/12 to the variance, which the kernel has less.
        """
        width, reach = 1 / self.cells, self._reach()
        place = np.arange(-reach, reach + 1) * width
        kernel = np.exp(-(place**2) / (2 * (self.delta**2 - width**2 / 12)))
        kernel /= kernel.sum()
        padded = np.pad(mass, [(0, 0)] * (mass.ndim - 1) + [(reach, reach)])
        read = correlate1d(padded, kernel, axis=-1, mode="constant")
        density = read / width
        log_density = np.log(np.maximum(density, np.finfo(float).tiny))
        seen = correlate1d(log_density, kernel, axis=-1, mode="nearest")[..., reach:-reach]
        return -np.sum(xlogy(read, density), axis=-1), np.gradient(seen, width, axis=-1)

    def entropy_of_dial(self) -> float:
        """H(y): the same of the uniform distribution, whose density is known."""
        reach = self._reach()
        y = (np.arange(-reach, self.cells + reach) + 0.5) / self.cells
        density = ndtr(y / self.delta) - ndtr((y - 1) / self.delta)
        return float(np.sum(entr(density)) / self.cells)

    def _reach(self) -> int:
        return math.ceil(REACH * self.delta * self.cells)


def of_the_scale(pool: np.ndarray, slope: np.ndarray) -> np.ndarray:
    """By how much each sample, whose values are in the scale, has moved the information: (n,).

    The scale at ŷ rises where a value lies below ŷ; `slope` is what the information gains by that
    in each cell.
    """
    above = np.append(np.cumsum(slope[::-1])[::-1], 0.0)
    edges = np.linspace(0, 1, len(above))
    moved = np.interp(pool, edges, above).mean(axis=1)
    return moved - moved.mean()
