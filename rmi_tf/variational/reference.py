"""The Gaussian that Eq. (8) compares a feature with.

Eq. (8) needs a distribution that can be drawn from and whose density is known. This is its default;
any object with ``sample(n, seed=...)``, (n, K), and ``log_density(y)``, (n, K) -> (n,), may stand
in for it. The closer it is to the feature's distribution, the less is left to the discriminator.
"""

from dataclasses import dataclass
from typing import Any, Protocol

from rmi_tf.computing.blocks import covariance, forward_substitution

import numpy as np


class Reference(Protocol):
    """What Eq. (8) asks of a reference distribution P_r of y."""

    def sample(self, n: int, *, seed: Any) -> np.ndarray:
        """Independent samples, (n, K); the same seed gives the same bits."""
        ...

    def log_density(self, y: np.ndarray) -> np.ndarray:
        """Ln P_r at y, (n, K) -> (n,), in nats."""
        ...


@dataclass(frozen=True)
class GaussianReference:
    """A Gaussian of any mean (K,) and covariance (K, K).

    >>> import numpy as np
    >>> reference = GaussianReference(mean=np.zeros(2), covariance=np.eye(2))
    >>> reference.sample(3, seed=0).shape
    (3, 2)
    >>> print(reference.log_density(np.zeros((1, 2))).round(4))  # -ln 2π
    [-1.8379]

    Raises:
        ValueError: shapes that do not match, numbers that are not finite, or a covariance that is
            not symmetric and positive definite.
    """

    mean: np.ndarray
    covariance: np.ndarray

    def __post_init__(self) -> None:
        mean, covariance = np.asarray(self.mean, float), np.asarray(self.covariance, float)
        if mean.ndim != 1 or covariance.shape != (mean.size, mean.size):
            raise ValueError(
                f"covariance: expected a mean (K,) and a covariance (K, K), got {mean.shape} and "
                f"{covariance.shape}"
            )
        if not (np.isfinite(mean).all() and np.isfinite(covariance).all()):
            raise ValueError("mean, covariance: expected finite numbers")
        asymmetry = np.abs(covariance - covariance.T).max()
        if asymmetry > 1e-6 * np.abs(covariance).max():
            raise ValueError(f"covariance: expected a symmetric matrix, off by {asymmetry:.2g}")
        eigenvalues = np.linalg.eigvalsh(covariance)
        if not eigenvalues[0] > 1e-12 * eigenvalues[-1]:
            raise ValueError(
                "covariance: expected a positive definite matrix, but its smallest eigenvalue is "
                f"{eigenvalues[0]:.2g} beside {eigenvalues[-1]:.2g}: a component is constant or a "
                "linear function of the others"
            )

    @classmethod
    def fitted(cls, y: np.ndarray) -> "GaussianReference":
        """The Gaussian with the mean and the full covariance of y (n, K)."""
        y = np.asarray(y, float)
        return cls(y.mean(axis=0), covariance(y))

    def sample(self, n: int, *, seed: Any) -> np.ndarray:
        """Independent samples, (n, K); the same seed gives the same bits."""
        normal = np.random.default_rng(seed).standard_normal((n, len(self.mean)))
        return self.mean + normal @ np.linalg.cholesky(self.covariance).T

    def log_density(self, y: np.ndarray) -> np.ndarray:
        """The logarithm of the density at y, (n, K) -> (n,), in nats."""
        z = self.whitened(y)
        log_det = np.linalg.slogdet(2 * np.pi * np.asarray(self.covariance))[1]
        return -0.5 * (np.sum(z**2, axis=1) + log_det)

    def whitened(self, y: np.ndarray) -> np.ndarray:
        """Y in coordinates of mean 0 and covariance 1, (n, K) -> (n, K)."""
        factor = np.linalg.cholesky(self.covariance)
        return np.stack(forward_substitution(factor, y - self.mean), axis=1)
