"""A bright blob at a random place of an otherwise dark image, upright or turned by a random angle.

x_p = exp(-u²/2a² - v²/2b²), (u, v) = R(θ) (p - c), for the pixels p of a square; the centre c is
uniform on a square, and so is the angle θ on a half turn. Use it for features of images: there are
1024 numbers and two or three variables behind them, and no feature of as many components can hold
more than `bound`.
"""

from dataclasses import dataclass, fields
from typing import Any, ClassVar

import numpy as np

from data_generators._checks import check_positive, check_real, check_seed, check_whole
from data_generators._sampler import Sampler, Seed


@dataclass(frozen=True)
class Blob(Sampler):
    """The distribution of the image x, (side²,): its rows one after the other.

    Args:
        half_axes: a and b, along u and v, in pixels.
        places: the range of either coordinate of the centre, in pixels from the first one's.
        turned: whether there is an angle; without one u is along the columns of pixels, v along the
            rows.
        side: pixels of a side.

    Raises:
        ValueError: half-axes that are not positive, a range that is empty, no pixel; half-axes that
            are equal where there is an angle, which then could not be seen.

    Example:
        >>> from data_generators import Blob
        >>> blob = Blob()
        >>> blob.sample(5, seed=0).shape, blob.variables(5, seed=0).shape, round(blob.bound(), 3)
        ((5, 1024), (5, 2), 5.997)
    """

    dtype: ClassVar = np.float32

    half_axes: tuple[float, float] = (3.2, 1.5)
    places: tuple[float, float] = (8.0, 24.0)
    turned: bool = False
    side: int = 32

    def __post_init__(self) -> None:
        for field in fields(self)[:2]:
            if np.shape(getattr(self, field.name)) != (2,):
                raise ValueError(
                    f"{field.name}: expected two numbers, got {getattr(self, field.name)}"
                )
        for half_axis in self.half_axes:
            check_positive("half_axes", half_axis)
        for place in self.places:
            check_real("places", place, least=-np.inf)
        if not self.places[0] < self.places[1]:
            raise ValueError(f"places: expected low < high, got {self.places}")
        if not isinstance(self.turned, bool):
            raise ValueError(f"turned: expected True or False, got {self.turned!r}")
        if self.turned and self.half_axes[0] == self.half_axes[1]:
            raise ValueError(f"half_axes: expected two that differ, got {self.half_axes}")
        check_whole("side", self.side, least=1)

    def variables(self, n: int, *, seed: Seed) -> np.ndarray:
        """The centre, and the angle if there is one, of each image of `sample`: (n, 2) or (n, 3).

        In pixels; the angle in radians, from 0 to π.
        """
        check_whole("n", n, least=1)
        check_seed(seed)
        low, high = np.array([self.places, self.places, (0.0, np.pi)]).T
        drawn = np.random.default_rng(seed).uniform(low, high, (n, 3))
        return drawn if self.turned else drawn[:, :2]

    def sample(self, n: int, *, seed: Seed) -> np.ndarray:
        """Draw n samples, (n, side²)."""
        return self.image(self.variables(n, seed=seed)).astype(np.float32)

    def image(self, variables: Any) -> np.ndarray:
        """The images of variables (n, K): (n, side²)."""
        return self._parts(variables)[0]

    def tangents(self, variables: Any) -> np.ndarray:
        """∂x/∂(variables) for (n, K): (n, K, side²)."""
        image, u, v, cos, sin = self._parts(variables)
        a, b = self.half_axes
        along, across = image * u / a**2, image * v / b**2
        rows = [along * cos - across * sin, along * sin + across * cos]
        if self.turned:
            rows.append(image * u * v * (1 / b**2 - 1 / a**2))
        return np.stack(rows, axis=1)

    def log_volume(self, variables: Any) -> np.ndarray:
        """½ ln det(∇f ∇fᵀ) of f = the variables themselves, found as well as can be: (n,).

        Least squares has ∇f = (T Tᵀ)⁻¹ T with the tangents T, so it is -½ ln det(T Tᵀ). In nats;
        for `rmi_from_terms`, as a feature from elsewhere.
        """
        tangents = self.tangents(variables)
        return -0.5 * np.linalg.slogdet(np.einsum("nip,njp->nij", tangents, tangents))[1]

    def bound(self) -> float:
        """The most that a feature of as many components as there are variables can hold, in nats.

        H of the variables + <½ ln det T Tᵀ>, T the tangents: any y determines the image at most,
        and gradients out of the surface of images only add to its log volume. With sums over pixels
        for integrals, T Tᵀ is diagonal, πb/2a and πa/2b along u and v, and for the angle
        π(a² - b²)²/4ab: so the bound is ln A + ln π/2, A the area of the places, and with an angle
        ln πA + ln π/2 + ½ ln(that). Right where the blob is wider than a pixel and whole in the
        image; as it is, to 3e-4.
        """
        a, b = self.half_axes
        area = (self.places[1] - self.places[0]) ** 2
        found = np.log(area) + np.log(np.pi / 2)
        if self.turned:
            found += np.log(np.pi) + 0.5 * np.log(np.pi * (a**2 - b**2) ** 2 / (4 * a * b))
        return float(found)

    def centroid_rmi(self, power: float) -> float:
        """Ĩ of Σ p x_p^q / Σ x_p^q, the centre by pixels weighted with a power q > 1 of them.

        ln A - ln(q⁴ / 8π(q - 1)²), A the area of the places: its gradient q x^(q-1) (p - c) / Σ x^q
        has the squared length q⁴ a/8πb(q - 1)² along u, and likewise along v. At q = 2 it is along
        the tangents, and the bound is reached. Without an angle; in nats, with the approximations
        of `bound`.

        Raises:
            ValueError: a blob that turns, whose centre says nothing of the angle; a power that is
                not above 1, for which dark pixels far away count.
        """
        if self.turned:
            raise ValueError("turned: expected a blob without an angle")
        check_positive("power", power)
        if not power > 1:
            raise ValueError(f"power: expected a number > 1, got {power}")
        area = (self.places[1] - self.places[0]) ** 2
        return float(np.log(area) - np.log(power**4 / (8 * np.pi * (power - 1) ** 2)))

    def _parts(self, variables: Any) -> tuple[np.ndarray, ...]:
        """The images, (u, v) of their pixels, each (n, side²), and the angle's cosine and sine."""
        variables = np.asarray(variables, float)
        expected = 3 if self.turned else 2
        if variables.ndim != 2 or variables.shape[1] != expected:
            raise ValueError(f"variables: expected shape (n, {expected}), got {variables.shape}")
        angle = variables[:, 2:] if self.turned else np.zeros((len(variables), 1))
        cos, sin = np.cos(angle), np.sin(angle)
        column, row = np.meshgrid(np.arange(self.side), np.arange(self.side))
        away = column.ravel() - variables[:, :1], row.ravel() - variables[:, 1:2]
        u, v = cos * away[0] + sin * away[1], cos * away[1] - sin * away[0]
        a, b = self.half_axes
        return np.exp(-(u**2) / (2 * a**2) - v**2 / (2 * b**2)), u, v, cos, sin
