"""Müller and Brown's potential, three valleys behind bent passes: Theor. Chim. Acta 53, 75 (1979).

V = Σ_i A_i exp(a_i u² + b_i u v + c_i v²) with (u, v) = x - (X_i, Y_i). Use it where a straight
coordinate is not enough, and the truth is wanted beside.
"""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from data_generators.molecules._plane import PlanePotential

A = (-200.0, -100.0, -170.0, 15.0)
SHAPES = ((-1.0, 0.0, -10.0), (-1.0, 0.0, -10.0), (-6.5, 11.0, -6.5), (0.7, 0.6, 0.7))
CENTRES = ((1.0, 0.0), (0.0, 0.5), (-0.5, 1.5), (-1.0, 1.0))


@dataclass(frozen=True)
class MullerBrown(PlanePotential):
    """The density e^(-V/kT) / Z of x, (2,).

    Args:
        temperature: kT; the lowest pass from the deepest valley is 106 above it.
        spacing: of the lattice.
        step: of time in a trajectory.

    Raises:
        ValueError: numbers that are not positive.

    Example:
        >>> from data_generators import MullerBrown
        >>> molecule = MullerBrown()
        >>> molecule.sample(5, seed=0).shape, molecule.trajectory(3, seed=0, chains=2).shape
        ((5, 2), (6, 2))
    """

    temperature: float = 20.0
    step: float = 1e-4

    BOX: ClassVar = ((-3.0, 1.6), (-1.4, 3.2))

    def potential(self, x: Any) -> np.ndarray:
        """V at the points x (..., 2): (...)."""
        return np.sum([term for term, *_ in self._terms(x)], axis=0)

    def gradient(self, x: Any) -> np.ndarray:
        """∇V at the points x (..., 2): (..., 2)."""
        parts = [
            np.stack([term * (2 * a * u + b * v), term * (b * u + 2 * c * v)], axis=-1)
            for term, u, v, a, b, c in self._terms(x)
        ]
        return np.sum(parts, axis=0)

    def _terms(self, x: Any) -> list[tuple]:
        x = np.asarray(x, float)
        found = []
        for height, (a, b, c), (X, Y) in zip(A, SHAPES, CENTRES, strict=True):
            u, v = x[..., 0] - X, x[..., 1] - Y
            found.append((height * np.exp(a * u**2 + b * u * v + c * v**2), u, v, a, b, c))
        return found
