"""The ellipses of the liquid drop and the places in them from which its particles start."""

from typing import NamedTuple

import numpy as np
from scipy.special import ndtr, ndtri

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


def random_shapes(generator: np.random.Generator, n: int, *, spread: float) -> Shapes:
    """Gaussian deformations between the ends, uniform orientations; the draws ignore the spread."""
    quantile, turn = generator.random((2, n))
    if spread == 0:
        deformation = np.zeros(n)
    else:
        low, high = ndtr(SMALLEST / spread), ndtr(LARGEST / spread)
        deformation = spread * ndtri(low + (high - low) * quantile)
        deformation = np.clip(deformation, SMALLEST, LARGEST)  # rounding at the ends
    return Shapes(deformation, 2 * np.pi * turn)


def uniform_places(generator: np.random.Generator, particles: int, n: int) -> np.ndarray:
    """Independent places in the unit disc, to be stretched to an ellipse: (2, N, n)."""
    area, turn = generator.random((2, particles, n))
    return _in_disc(np.sqrt(area), 2 * np.pi * turn)


def lattice_places(generator: np.random.Generator, particles: int, n: int) -> np.ndarray:
    """A sunflower lattice in the unit disc with labels permuted in each sample: (2, N, n).

    Particles are exchangeable, so none may keep a place of its own.
    """
    label = generator.permuted(np.tile(np.arange(particles), (n, 1)), axis=1).T
    golden = np.pi * (3 - np.sqrt(5))
    return _in_disc(np.sqrt((label + 0.5) / particles), golden * label)


def _in_disc(radius: np.ndarray, angle: np.ndarray) -> np.ndarray:
    return radius * np.stack([np.cos(angle), np.sin(angle)])
