"""The paper's hand-made features (Fig. 2) and principal components, as plain functions.

A feature is any callable of TensorFlow operations from samples x (n, N) to y (n,) or (n, K), each
sample by itself. These are examples to start from; `linear` turns weights, such as those of
`principal_components`, into a feature.
"""

from collections.abc import Callable, Iterable
from typing import Any

from rmi_tf._tensorflow import tf
from rmi_tf.blocks import ROWS, gram, matmul
from rmi_tf.density import Tensor

import numpy as np

Feature = Callable[[Tensor], Tensor]


def _factors(weights: Any, x: Tensor) -> Tensor:
    """The weights in the type of the samples, which has to have room for them."""
    if not tf.as_dtype(x.dtype).is_floating:
        raise TypeError(f"samples: expected floating point, got {tf.as_dtype(x.dtype).name}")
    return tf.cast(weights, x.dtype)


def _site_sum(x: Tensor, factors: Any) -> Tensor:
    # A product with a vector: XLA does it several times faster than the reduction of a product.
    return tf.linalg.matvec(x, _factors(factors, x))


def _places(x: Tensor) -> Tensor:
    """The particles' places, (n, 2N) -> (n, 2, N)."""
    if x.shape[-1] % 2:
        raise ValueError(f"samples: expected shape (n, 2N), got {tuple(x.shape)}")
    return tf.reshape(x, (-1, 2, x.shape[-1] // 2))


def _sites(x: Tensor) -> np.ndarray:
    return np.arange(1, x.shape[-1] + 1)  # j = 1..N, as in the paper's sums


def mean_field(x: Tensor) -> Tensor:
    """(1/N) Σ_j x_j: (n, N) -> (n,).

    Example:
        >>> from rmi_tf import mean_field, tf
        >>> mean_field(tf.constant([[1.0, 2.0, 6.0]])).numpy().tolist()
        [3.0]
    """
    return _site_sum(x, np.full(x.shape[-1], 1 / x.shape[-1]))


def amplitude_position(x: Tensor) -> Tensor:
    """(1/N) Σ_j j x_j, the position weighted by the amplitude: (n, N) -> (n,).

    Example:
        >>> from rmi_tf import amplitude_position, tf
        >>> amplitude_position(tf.constant([[0.0, 0.5, 0.5, 0.0]])).numpy().tolist()  # 2.5/N
        [0.625]
    """
    return _site_sum(x, _sites(x) / x.shape[-1])


def intensity_position(x: Tensor) -> Tensor:
    """(1/N) Σ_j j x_j², the position weighted by the intensity: (n, N) -> (n,).

    Example:
        >>> from rmi_tf import intensity_position, tf
        >>> intensity_position(tf.constant([[0.0, 1.0, 1.0, 0.0]])).numpy().tolist()  # 5/N
        [1.25]
    """
    return _site_sum(tf.square(x), _sites(x) / x.shape[-1])


def normalized_position(x: Tensor) -> Tensor:
    """Σ_j j x_j² / Σ_j x_j², as an expectation value in quantum mechanics: (n, N) -> (n,).

    Example:
        >>> from rmi_tf import normalized_position, tf
        >>> normalized_position(tf.constant([[0.0, 3.0, 3.0, 0.0]])).numpy().tolist()
        [2.5]
    """
    intensity = tf.square(x)
    return _site_sum(intensity, _sites(x)) / _site_sum(intensity, np.ones(x.shape[-1]))


def second_moments(x: Tensor) -> Tensor:
    """(1/N Σ_j x_j², 1/N Σ_j y_j²) of N particles, whose x_j come first: (n, 2N) -> (n, 2).

    Raises:
        ValueError: an odd number of coordinates.

    Example:
        >>> from rmi_tf import second_moments, tf
        >>> second_moments(tf.constant([[1.0, -1.0, 2.0, 0.0]])).numpy().tolist()
        [[1.0, 2.0]]
    """
    return tf.reduce_mean(tf.square(_places(x)), axis=2)


def quadrupole(x: Tensor) -> Tensor:
    """(<x² - y²>, <2 x y>) over N particles, whose x_j come first: (n, 2N) -> (n, 2).

    What one would write down for an ellipse: its length says how elongated the particles lie, its
    angle is twice that of the ellipse.

    Raises:
        ValueError: an odd number of coordinates.

    Example:
        >>> from rmi_tf import quadrupole, tf
        >>> quadrupole(tf.constant([[1.0, -1.0, 2.0, 0.0]])).numpy().tolist()
        [[-1.0, 2.0]]
    """
    first, second = tf.unstack(_places(x), axis=1)
    along, across = tf.square(first) - tf.square(second), 2 * first * second
    return tf.stack([tf.reduce_mean(along, axis=1), tf.reduce_mean(across, axis=1)], axis=1)


def linear(weights: Any) -> Feature:
    """The feature x · w for weights (N,), or x · W for (N, K).

    Raises:
        ValueError: weights of another rank, or not finite.

    Example:
        >>> from rmi_tf import linear, tf
        >>> linear([1.0, -2.0])(tf.constant([[3.0, 1.0], [0.0, 1.0]])).numpy().tolist()
        [1.0, -2.0]
    """
    rank = len(weights.shape) if hasattr(weights, "shape") else np.ndim(weights)
    if rank not in (1, 2):
        raise ValueError(f"weights: expected shape (N,) or (N, K), got {rank} axes")
    if not tf.is_symbolic_tensor(weights) and not np.all(np.isfinite(weights)):
        raise ValueError("weights: expected finite numbers")

    def feature(x: Tensor) -> Tensor:
        factors = _factors(weights, x)
        return tf.linalg.matvec(x, factors) if rank == 1 else matmul(x, factors)

    return feature


def principal_components(samples: Any, *, count: int = 1) -> np.ndarray:
    """The leading eigenvectors of the samples' covariance <x_i x_j> - <x_i><x_j>.

    Args:
        samples: (n, N), or an iterable of such chunks.
        count: how many.

    Returns:
        (N, count), unit columns by falling eigenvalue, the largest entry of each one positive.

    Raises:
        ValueError: wrong shape, more components than N, fewer samples than N + 1, or samples that
            are not finite.

    Example:
        >>> import numpy as np
        >>> from rmi_tf import principal_components
        >>> x = np.array([[2, 1], [-2, -1], [4, 2], [-4, -2]])
        >>> principal_components(x).round(3).tolist()  # along (2, 1)
        [[0.894], [0.447]]
    """
    chunks: Iterable = [samples] if hasattr(samples, "shape") else samples
    n, total, products, origin = 0, 0.0, 0.0, None
    for chunk in chunks:
        x = np.asarray(chunk)
        if x.ndim != 2 or len(x) == 0:
            raise ValueError(f"samples: expected shape (n, N), got {x.shape}")
        if not np.issubdtype(x.dtype, np.floating):
            x = x.astype(np.float64)
        # squares of a mean that is large beside the spread would leave no digits of it
        origin = x.mean(axis=0) if origin is None else origin
        x = x - origin
        rows = ROWS * max(1, ROWS // x.shape[1]) ** 2  # so that the blocks' products stay small
        for i in range(0, len(x), rows):
            some = tf.constant(x[i : i + rows])
            products = products + gram(some, some).numpy().astype(np.float64)
        total = total + x.sum(axis=0, dtype=np.float64)
        n += len(x)
    sites = np.size(total)
    if n <= sites:
        raise ValueError(f"samples: expected more than N = {sites} of them, got {n}")
    if not 1 <= count <= sites:
        raise ValueError(f"count: expected 1 to N = {sites}, got {count}")
    if not np.all(np.isfinite(total)):
        raise ValueError("samples: expected finite numbers")
    covariance = products / n - np.outer(total / n, total / n)
    vectors = tf.linalg.eigh(covariance)[1].numpy()[:, ::-1][:, :count]
    signs = np.sign(vectors[np.abs(vectors).argmax(axis=0), np.arange(count)])
    return vectors * signs
