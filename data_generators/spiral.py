"""A Gaussian in the plane, twisted into a spiral: the distribution of Fig. 3.

x₁ = x'₁ cos αr - x'₂ sin αr,  x₂ = x'₁ sin αr + x'₂ cos αr,  r = |x| = |x'|,  x' Gaussian.

Use it to look for a one-dimensional feature that no linear map can be. A turn by an angle that
depends on r alone keeps areas and r, so the density is the Gaussian's at the untwisted point and
the entropy is the Gaussian's: both are exact.
"""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from scipy.special import ndtri

from data_generators._checks import check_positive, check_real, check_seed, check_whole
from data_generators._sampler import Sampler, Seed

INVERSE_GOLDEN_RATIO = (np.sqrt(5) - 1) / 2  # the step of a Fibonacci lattice


@dataclass(frozen=True)
class Spiral(Sampler):
    """The distribution of x, (2,).

    Args:
        alpha: α, the turn in radians per unit of r; 0 leaves the Gaussian as it is.
        deviations: standard deviations of x'₁ and x'₂.
        correlation: of x'₁ with x'₂.

    Raises:
        ValueError: numbers that are not finite, a deviation that is not positive, a correlation
            outside of (-1, 1).

    Example:
        >>> from data_generators import Spiral
        >>> spiral = Spiral()
        >>> x = spiral.sample(1000, seed=0)
        >>> x.shape, round(spiral.entropy(), 3)
        ((1000, 2), 2.278)
    """

    dtype: ClassVar = np.float64

    alpha: float = 0.5
    deviations: tuple[float, float] = (0.8, 1.0)
    correlation: float = -0.7

    def __post_init__(self) -> None:
        check_real("alpha", self.alpha, least=-np.inf)
        if len(self.deviations) != 2:
            raise ValueError(f"deviations: expected two numbers, got {self.deviations}")
        for deviation in self.deviations:
            check_positive("deviations", deviation)
        if not -1 < self.correlation < 1:
            raise ValueError(f"correlation: expected a number in (-1, 1), got {self.correlation}")

    @property
    def covariance(self) -> np.ndarray:
        """Covariance of the untwisted x', (2, 2)."""
        s1, s2 = self.deviations
        mixed = self.correlation * s1 * s2
        return np.array([[s1**2, mixed], [mixed, s2**2]])

    def entropy(self) -> float:
        """H(x) = ln(2πe) + ½ ln det C in nats, exact: the twist keeps areas."""
        return float(np.log(2 * np.pi * np.e) + 0.5 * np.linalg.slogdet(self.covariance)[1])

    def twist(self, gaussian: Any) -> np.ndarray:
        """The points x (n, 2) of the untwisted points x' (n, 2)."""
        return _turned(gaussian, self.alpha)

    def untwist(self, x: Any) -> np.ndarray:
        """The untwisted points x' (n, 2) of the points x (n, 2), the inverse of `twist`."""
        return _turned(x, -self.alpha)

    def density(self, x: Any) -> np.ndarray:
        """P_x at the points x (n, 2), exact: (n,), per unit of area."""
        gaussian = self.untwist(x)
        distance2 = (_mapped(gaussian, np.linalg.inv(self.covariance)) * gaussian).sum(axis=1)
        return np.exp(-distance2 / 2) / (2 * np.pi * np.sqrt(np.linalg.det(self.covariance)))

    def sample(self, n: int, *, seed: Seed) -> np.ndarray:
        """Draw n samples, (n, 2)."""
        check_whole("n", n, least=1)
        check_seed(seed)
        normal = np.random.default_rng(seed).standard_normal((n, 2))
        return self.twist(_mapped(normal, np.linalg.cholesky(self.covariance)))

    def even_points(self, n: int, *, seed: Seed) -> np.ndarray:
        """Points of low discrepancy, (n, 2): spread as the distribution, but evenly.

        A Fibonacci lattice in the unit square, shifted by a random vector, through the normal
        quantile and the twist. Averages over them scatter far less than over `sample`, but their
        errors do not: no standard error follows from them.

        Raises:
            ValueError: n or the seed is not as `sample` takes it.
        """
        check_whole("n", n, least=1)
        check_seed(seed)
        index = np.arange(n)
        # an open interval, so that no quantile is infinite
        shift = np.random.default_rng(seed).uniform(np.finfo(float).eps, 1, 2)
        square = np.stack(
            [(index + shift[0]) / n, (index * INVERSE_GOLDEN_RATIO + shift[1]) % 1], axis=1
        )
        return self.twist(_mapped(ndtri(square), np.linalg.cholesky(self.covariance)))

    def lattice(
        self, *, points: int = 100, half_width: float = 4.0
    ) -> tuple[np.ndarray, np.ndarray]:
        """Square lattice of Appendix D: points x (points², 2) and their weights (points²,).

        The lattice spans [-half_width, half_width] on both axes; x₂ changes fastest. The weights
        are P_x Δx² divided by their sum, so that they sum to 1: the share outside of the square
        (0.03 % at the paper's values) is spread over the points within.

        Raises:
            ValueError: fewer than two points an axis, a half width that is not positive or so
                large or small that all weights vanish.
        """
        axis = self.lattice_axis(points=points, half_width=half_width)
        x = np.stack(np.meshgrid(axis, axis, indexing="ij"), axis=-1).reshape(-1, 2)
        weights = self.density(x)
        if not weights.sum() > 0:
            raise ValueError(
                f"half_width: expected points where the density is not zero, got {half_width}"
            )
        return x, weights / weights.sum()

    def lattice_axis(self, *, points: int = 100, half_width: float = 4.0) -> np.ndarray:
        """Coordinates of `lattice` along one axis, (points,); it raises the same errors."""
        check_whole("points", points, least=2)
        check_positive("half_width", half_width)
        return np.linspace(-half_width, half_width, points)


def _mapped(x: np.ndarray, matrix: np.ndarray) -> np.ndarray:
    """The matrix (2, 2) times each point, (n, 2), as sums: BLAS's bits depend on the processor."""
    return x[:, :1] * matrix[:, 0] + x[:, 1:] * matrix[:, 1]


def _turned(x: Any, alpha: float) -> np.ndarray:
    x = np.asarray(x)
    if x.ndim != 2 or x.shape[1] != 2:
        raise ValueError(f"x: expected shape (n, 2), got {x.shape}")
    angle = alpha * np.hypot(x[:, 0], x[:, 1])
    cos, sin = np.cos(angle), np.sin(angle)
    return np.stack([x[:, 0] * cos - x[:, 1] * sin, x[:, 0] * sin + x[:, 1] * cos], axis=1)
