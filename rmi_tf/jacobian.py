"""Values and Jacobian of a feature, and the volume spanned: the second term of Eq. (1).

`feature_terms` is plain TensorFlow: call it, put it in a graph, differentiate it. The matrix
∇f Σ ∇fᵀ is never formed; ½ ln of its determinant is the sum of the logarithms of the lengths that
the rows of the Jacobian keep when each is made orthogonal to those before it, so two nearly
parallel gradients lose no digits.
"""

from typing import Any

from rmi_tf.computing.blocks import log
from rmi_tf.computing.features import not_differentiable, why_not
from rmi_tf.computing.quiet_tensorflow import Feature, Tensor, tf
from rmi_tf.density import columns
from rmi_tf.noise import Noise

import numpy as np


def feature_terms(
    feature: Feature, x: Tensor, *, noise_covariance: Any = None
) -> tuple[Tensor, Tensor]:
    """Values y = f(x), (n, K), and ½ ln det(∇f Σ ∇fᵀ) of each sample, (n,), in nats.

    Args:
        feature: TensorFlow operations from (n, N) to (n,) or (n, K), each sample by itself.
        x: samples (n, N), floating point.
        noise_covariance: Σ of Appendix A, see `log_volume`.

    Raises:
        TypeError: TensorFlow cannot differentiate the feature.
        ValueError: x or the feature's values have a wrong shape.

    Example:
        >>> from rmi_tf import feature_terms, tf
        >>> y, log_volume = feature_terms(lambda x: x[:, 0] ** 2, tf.constant([[1.0, 5.0]]))
        >>> y.numpy().tolist(), round(float(log_volume[0]), 3)  # ln 2
        ([[1.0]], 0.693)
    """
    y, jacobian = values_and_jacobian(feature, x)
    return y, log_volume(jacobian, noise_covariance=noise_covariance, x=x)


def values_and_jacobian(feature: Feature, x: Tensor) -> tuple[Tensor, Tensor]:
    """Values y = f(x), (n, K), and their Jacobian ∂y_k/∂x_i, (n, K, N), by GradientTape.

    Arguments and errors as in `feature_terms`. K gradients of sums over the samples are enough,
    since each sample's y depends on that sample alone.
    """
    x = tf.convert_to_tensor(x)
    if x.shape.rank != 2:
        raise ValueError(f"samples: expected shape (n, N), got {tuple(x.shape)}")
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        try:
            y = feature(x)
        except (NotImplementedError, AttributeError, TypeError) as error:
            why = why_not(error)
            if why is None:
                raise
            raise TypeError(not_differentiable(feature, why)) from error
        if not tf.is_tensor(y):
            raise TypeError(not_differentiable(feature, f"it returns {type(y).__name__}"))
        if not y.dtype.is_floating:
            raise TypeError(not_differentiable(feature, f"its values are {y.dtype.name}"))
        _check_values(y, x)
        y = columns(y)
        components = tf.unstack(y, axis=1)
    rows = [tape.gradient(component, x) for component in components]
    if any(row is None for row in rows):
        raise TypeError(not_differentiable(feature, "its gradient with respect to x is None"))
    return y, tf.stack(rows, axis=1)


def log_volume(
    jacobian: Tensor, *, noise_covariance: Any = None, x: Tensor | None = None
) -> Tensor:
    """½ ln det(J Σ Jᵀ) of each sample, (n,), in nats; -inf where the rank is below K.

    Args:
        jacobian: (n, K, N).
        noise_covariance: Σ of Appendix A: None for the identity, variances (N,), a matrix (N, N),
            or a function of x that returns variances (n, N) or matrices (n, N, N).
        x: (n, N), needed where Σ is a function.

    Raises:
        ValueError: wrong shapes, a Σ that is not symmetric and positive definite, K > N.

    Example:
        >>> import numpy as np
        >>> from rmi_tf import log_volume
        >>> jacobian = np.array([[[2.0, 0.0, 0.0], [1.0, 1.0, 0.0]]])  # they span an area of 2
        >>> round(float(log_volume(jacobian)[0]), 3)
        0.693
        >>> double = log_volume(jacobian, noise_covariance=[4.0, 1.0, 1.0])
        >>> round(float(double[0]), 3)
        1.386
    """
    jacobian = tf.convert_to_tensor(jacobian)
    if jacobian.shape.rank != 3 or jacobian.shape[1] > jacobian.shape[2]:
        raise ValueError(f"jacobian: expected (n, K, N) with K <= N, got {tuple(jacobian.shape)}")
    noise = Noise.of(noise_covariance, jacobian[:, 0] if x is None else x)
    jacobian = noise.scaled(jacobian, x)
    ones = tf.ones(jacobian.shape[2], jacobian.dtype)
    # Where rounding is all that is left of a row, it depends on those before it.
    rounding = jacobian.shape[2] * np.finfo(jacobian.dtype.as_numpy_dtype).eps
    volume: Tensor = 0.0
    earlier: list[Tensor] = []
    for row in tf.unstack(jacobian, axis=1):
        # a product with a vector of ones: XLA does it several times faster than a reduction
        length2 = tf.linalg.matvec(tf.square(row), ones)
        free = length2
        if earlier:
            for unit in earlier:
                row = row - tf.reduce_sum(row * unit, axis=1, keepdims=True) * unit
            free = tf.linalg.matvec(tf.square(row), ones)
            free = tf.where(free > rounding**2 * length2, free, tf.zeros_like(free))
        if len(earlier) + 1 < jacobian.shape[1]:
            positive = tf.where(free > 0, free, tf.ones_like(free))
            earlier.append(row / tf.sqrt(positive)[:, tf.newaxis])
        volume = volume + 0.5 * log(free)
    return volume


def _check_values(y: Tensor, x: Tensor) -> None:
    rows, sites = x.shape
    good = y.shape.rank in (1, 2) and y.shape[0] == rows
    if not good or (y.shape.rank == 2 and not 1 <= (y.shape[1] or 0) <= sites):
        n = "n" if rows is None else rows
        raise ValueError(
            f"feature: expected values of shape ({n},) or ({n}, K) with 1 <= K <= {sites} for "
            f"samples ({n}, {sites}), got {y.shape}"
        )
