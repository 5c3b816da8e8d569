"""Linear features, and the weights of principal components to make them of.

A feature is any callable of TensorFlow operations from samples x (n, N) to y (n,) or (n, K), each
sample by itself.
"""

from collections.abc import Iterable
from typing import Any

from rmi_tf.computing.blocks import ROWS, gram, matmul
from rmi_tf.computing.quiet_tensorflow import Feature, Tensor, tf

import numpy as np


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
        factors = in_type_of(x, weights)
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


def in_type_of(x: Tensor, numbers: Any) -> Tensor:
    """Numbers in the type of the samples, which has to have room for them."""
    if not tf.as_dtype(x.dtype).is_floating:
        raise TypeError(f"samples: expected floating point, got {tf.as_dtype(x.dtype).name}")
    # by way of NumPy: TensorFlow takes Python's numbers for float32
    return tf.cast(numbers if tf.is_tensor(numbers) else np.asarray(numbers), x.dtype)
