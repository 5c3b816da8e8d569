"""What limits a reading: noise that is uniform and not Gaussian, and the noise of a camera.

Use them where the nature of the noise on x decides which feature is best. In the limit of a fine
resolution that is H(y) - <H(∇f·λ)> and a constant: for Gaussian λ of covariance Σ the second is
½ ln det 2πe ∇f Σ ∇fᵀ, Appendix A, for other noise it is what its density makes of it.
"""

import math
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from scipy.integrate import quad
from scipy.special import digamma, gammaln
from scipy.stats import gamma

from data_generators._checks import check_positive, check_real, check_seed, check_whole
from data_generators._sampler import Sampler, Seed


@dataclass(frozen=True)
class UniformNoise(Sampler):
    """Noise λ in the plane, (2,): components that are independent and uniform, with mean 0.

    Args:
        deviation: of each component.

    Raises:
        ValueError: a deviation that is not positive.

    Example:
        >>> from data_generators import UniformNoise
        >>> noise = UniformNoise()
        >>> noise.entropy_along([[1.0, 0.0], [1.0, 1.0]]).round(4).tolist()
        [1.2425, 1.3959]
    """

    dtype: ClassVar = np.float64

    deviation: float = 1.0

    def __post_init__(self) -> None:
        check_positive("deviation", self.deviation)

    def sample(self, n: int, *, seed: Seed) -> np.ndarray:
        """Draw n samples, (n, 2)."""
        check_whole("n", n, least=1)
        check_seed(seed)
        half = math.sqrt(3) * self.deviation
        return np.random.default_rng(seed).uniform(-half, half, (n, 2))

    def entropy_along(self, directions: Any) -> np.ndarray:
        """H(u·λ) in nats, (n,), of the unit vectors u along directions (n, 2).

        The sum of two uniform numbers in [-a, a] and [-b, b], a >= b, has the density of a
        trapezium, whose entropy is ln 2a + b/2a.

        Raises:
            ValueError: directions of another shape, not finite, or zero.
        """
        along = np.abs(np.asarray(directions, float))
        if along.ndim != 2 or along.shape[1] != 2:
            raise ValueError(f"directions: expected shape (n, 2), got {along.shape}")
        length = np.hypot(along[:, 0], along[:, 1])
        if not np.all(np.isfinite(length) & (length > 0)):
            raise ValueError("directions: expected finite vectors that are not zero")
        longer, shorter = along.max(axis=1), along.min(axis=1)
        width = 2 * math.sqrt(3) * self.deviation * longer / length
        return np.log(width) + shorter / (2 * longer)


@dataclass(frozen=True)
class Camera(Sampler):
    """Light of a spot on a row of pixels: x_j = A p_j photons, (N,), with the brightness A random.

    A has a gamma distribution. What a camera reads is off from x by shot noise, whose variance is
    x_j, and by a read-out noise that is the same at each pixel.

    Args:
        photons: the mean of A.
        shape: of its gamma distribution: its relative variance is one over it.
        readout: the deviation of the read-out noise, in photons.
        width: standard deviation of the spot, in pixels.
        pixels: N.

    Raises:
        ValueError: numbers that are not positive; a read-out noise below 0; a shape below 1.

    Example:
        >>> from data_generators import Camera
        >>> camera = Camera()
        >>> x = camera.sample(100, seed=0)
        >>> x.shape, camera.variances(x).shape
        ((100, 9), (100, 9))
    """

    dtype: ClassVar = np.float64

    photons: float = 1000.0
    shape: float = 4.0
    readout: float = 3.0
    width: float = 1.2
    pixels: int = 9

    def __post_init__(self) -> None:
        for name in ("photons", "width"):
            check_positive(name, getattr(self, name))
        check_real("shape", self.shape, least=1)
        check_real("readout", self.readout, least=0)
        check_whole("pixels", self.pixels, least=1)

    @property
    def spot(self) -> np.ndarray:
        """The shares p of the pixels, (N,), whose sum is 1."""
        away = (np.arange(self.pixels) - (self.pixels - 1) / 2) / self.width
        shares = np.exp(-(away**2) / 2)
        return shares / shares.sum()

    def sample(self, n: int, *, seed: Seed) -> np.ndarray:
        """Draw n pictures without their noise, (n, N)."""
        check_whole("n", n, least=1)
        check_seed(seed)
        brightness = np.random.default_rng(seed).gamma(self.shape, self.photons / self.shape, n)
        return brightness[:, np.newaxis] * self.spot

    def variances(self, x: Any) -> Any:
        """Of the noise at each pixel of pictures x (n, N), NumPy's or TensorFlow's: (n, N)."""
        return x + self.readout**2

    def linear_rmi(self, weights: Any) -> float:
        """Ĩ of x · w in nats, for weights (N,), exact: H(A) + ln |p·w| - <½ ln Σ_j w_j² Σ_jj>.

        H(A) = k + ln θ + ln Γ(k) + (1 - k) ψ(k) with the shape k and θ = <A>/k; the mean over A is
        a quadrature, Σ_jj = A p_j + readout².

        Raises:
            ValueError: weights of another shape, or that don't see the spot.
        """
        weights = np.asarray(weights, float)
        if weights.shape != (self.pixels,) or weights @ self.spot == 0:
            raise ValueError(f"weights: expected ({self.pixels},) that see the spot, got {weights}")
        k, scale = self.shape, self.photons / self.shape
        entropy = k + math.log(scale) + gammaln(k) + (1 - k) * digamma(k)
        light, dark = weights**2 @ self.spot, self.readout**2 * np.sum(weights**2)
        brightness = gamma(k, scale=scale)
        spread = quad(
            lambda share: 0.5 * math.log(light * brightness.ppf(share) + dark), 0, 1, limit=200
        )[0]
        return float(entropy + math.log(abs(weights @ self.spot)) - spread)
