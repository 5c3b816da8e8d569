"""A coordinate with two wells beside a soft harmonic one: V = barrier (x₁² - 1)² + ½ stiffness x₂².

Use it to see that the direction of largest variance, which goes from well to well, can be the one
that tells least of x.
"""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from data_generators._checks import check_positive
from data_generators.molecules._plane import PlanePotential


@dataclass(frozen=True)
class DoubleWell(PlanePotential):
    """The density e^(-V/kT) / Z of x, (2,).

    Args:
        temperature: kT.
        spacing: of the lattice.
        step: of time in a trajectory.
        barrier: between the wells at x₁ = -1 and 1.
        stiffness: of x₂, whose variance is kT/stiffness.

    Raises:
        ValueError: numbers that are not positive.

    Example:
        >>> from data_generators import DoubleWell
        >>> molecule = DoubleWell()
        >>> round(molecule.linear_rmi([0, 1]), 4)  # ½ ln(2πe/3)
        0.8696
    """

    step: float = 2e-3
    barrier: float = 5.0
    stiffness: float = 3.0

    BOX: ClassVar = ((-2.2, 2.2), (-4.0, 4.0))

    def __post_init__(self) -> None:
        super().__post_init__()
        for name in ("barrier", "stiffness"):
            check_positive(name, getattr(self, name))

    def potential(self, x: Any) -> np.ndarray:
        """V at the points x (..., 2): (...)."""
        x = np.asarray(x, float)
        return self.barrier * (x[..., 0] ** 2 - 1) ** 2 + self.stiffness * x[..., 1] ** 2 / 2

    def gradient(self, x: Any) -> np.ndarray:
        """∇V at the points x (..., 2): (..., 2)."""
        x = np.asarray(x, float)
        along = 4 * self.barrier * x[..., 0] * (x[..., 0] ** 2 - 1)
        return np.stack([along, self.stiffness * x[..., 1]], axis=-1)
