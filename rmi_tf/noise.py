"""The noise on x: its covariance Σ, checked once and factorised once, and its entropy (Appendix A).

Σ sets the scale of each direction of x. In the limit of Eq. (1) it multiplies the Jacobian,
½ ln det(∇f Σ ∇fᵀ); at a finite ε it is what x + ελ is drawn with, Eq. (3).
"""

import math
from typing import Any, NamedTuple

from rmi_tf.computing.blocks import matmul
from rmi_tf.computing.checks import check_positive
from rmi_tf.computing.quiet_tensorflow import Tensor, tf

import numpy as np


class Noise(NamedTuple):
    """Σ = L Lᵀ, ready for use: None for the identity, a constant L, or Σ as a function of x."""

    factor: np.ndarray | None = None  # √variances (N,), or L (N, N)
    function: Any = None  # of x (n, N), to variances (n, N) or matrices (n, N, N)

    @classmethod
    def of(cls, covariance: Any, x: Tensor) -> "Noise":
        """The noise of covariance Σ, looked at before any long work.

        Args:
            covariance: None for the identity, variances (N,), a matrix (N, N), or a function of x
                that returns variances (n, N) or matrices (n, N, N). A `Noise` stays as it is.
            x: samples (n, N); a function is tried at them, outside of a graph.

        Raises:
            ValueError: wrong shapes, variances that are not positive, matrices that are not
                symmetric and positive definite.
        """
        if isinstance(covariance, Noise):
            return covariance
        if covariance is None:
            return cls()
        n, sites = x.shape
        if callable(covariance):
            if not tf.is_symbolic_tensor(x):
                sigma = np.asarray(covariance(tf.convert_to_tensor(x)))
                _check(sigma, (n, sites), f"(n, {sites}) or (n, {sites}, {sites})")
            return cls(function=covariance)
        sigma = _numbers(covariance)
        _check(sigma, (sites,), f"({sites},) or ({sites}, {sites})")
        return cls(np.sqrt(sigma) if sigma.ndim == 1 else np.linalg.cholesky(sigma))

    def scaled(self, jacobian: Tensor, x: Tensor | None) -> Tensor:
        """J L, (n, K, N), whose rows have the scalar products of J Σ Jᵀ."""
        if self.function is not None:
            return self._scaled_by_function(jacobian, x)
        if self.factor is None:
            return jacobian
        factor = tf.constant(self.factor, jacobian.dtype)
        if self.factor.ndim == 1:
            return jacobian * factor
        rows = tf.reshape(jacobian, (-1, jacobian.shape[2]))
        return tf.reshape(matmul(rows, factor), tf.shape(jacobian))

    def _scaled_by_function(self, jacobian: Tensor, x: Tensor | None) -> Tensor:
        if x is None:
            raise ValueError("x: needed where noise_covariance is a function of it, got None")
        try:
            sigma = tf.cast(self.function(x), jacobian.dtype)
        except NotImplementedError as error:  # NumPy was handed a tensor of a graph
            raise TypeError(
                "noise_covariance: expected TensorFlow operations from x to Σ; it leaves TensorFlow"
            ) from error
        if sigma.shape.rank == 2:
            return jacobian * tf.sqrt(sigma)[:, tf.newaxis]
        return tf.matmul(jacobian, tf.linalg.cholesky(sigma))

    def added(
        self, x: np.ndarray, epsilon: float, generator: np.random.Generator, *, draws: int
    ) -> np.ndarray:
        """The points x + ελ of Eq. (3), `draws` for each x one after the other: (n · draws, N)."""
        unit = generator.standard_normal((len(x), draws, x.shape[1]), dtype=x.dtype)
        noisy = x[:, np.newaxis] + x.dtype.type(epsilon) * self._correlated(unit, x)
        return noisy.reshape(-1, x.shape[1])

    def _correlated(self, unit: np.ndarray, x: np.ndarray) -> np.ndarray:
        if self.function is not None:
            sigma = np.asarray(self.function(tf.constant(x)), x.dtype)
            if sigma.ndim == 2:
                return np.sqrt(sigma)[:, np.newaxis] * unit
            return unit @ np.swapaxes(np.linalg.cholesky(sigma), 1, 2)
        if self.factor is None:
            return unit
        factor = self.factor.astype(x.dtype)
        return unit * factor if factor.ndim == 1 else unit @ factor.T


def noise_entropy(epsilon: float) -> float:
    """H_ε = ½ ln 2πeε² of Eqs. (4) and (5): the entropy of a Gaussian of variance ε², in nats.

    Appendices A and B write ½ ln 2πε². That leaves I_ε + K H_ε short of Eq. (1) by K/2.

    Example:
        >>> from rmi_tf import noise_entropy
        >>> round(noise_entropy(1.0), 3)
        1.419
    """
    check_positive("epsilon", epsilon)
    return 0.5 * math.log(2 * math.pi * math.e * epsilon**2)


def _numbers(covariance: Any) -> np.ndarray:
    try:
        return np.asarray(covariance, float)
    except (TypeError, ValueError) as error:
        raise ValueError(f"noise_covariance: expected an array of numbers: {error}") from error


def _check(sigma: np.ndarray, variances: tuple, named: str) -> None:
    """Variances of this shape, or matrices with one axis more."""
    if sigma.shape not in (variances, (*variances, variances[-1])):
        raise ValueError(f"noise_covariance: expected shape {named}, got {sigma.shape}")
    if not np.isfinite(sigma).all():
        raise ValueError("noise_covariance: expected finite numbers")
    if sigma.shape == variances:
        if not np.all(sigma > 0):
            raise ValueError(f"noise_covariance: expected variances > 0, got {sigma.min()}")
        return
    asymmetry = np.abs(sigma - np.swapaxes(sigma, -1, -2)).max()
    if not asymmetry <= 1e-6 * np.abs(sigma).max():
        raise ValueError(f"noise_covariance: expected symmetric matrices, off by {asymmetry}")
    lowest = np.linalg.eigvalsh(sigma).min()
    if not lowest > 0:
        raise ValueError(
            f"noise_covariance: expected positive definite matrices, an eigenvalue is {lowest}"
        )
