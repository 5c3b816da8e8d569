"""Linear features, and the weights of principal components to make them of.

A feature is any callable of TensorFlow operations from samples x (n, N) to y (n,) or (n, K), each
sample by itself.
"""

from collections.abc import Iterable
from typing import Any

from rmi_tf.computing.blocks import ROWS, gram, matmul
from rmi_tf.computing.checks import check_whole
from rmi_tf.computing.quiet_tensorflow import Feature, Tensor, tf
from rmi_tf.computing.tables import as_array, check_finite, names_of
from rmi_tf.density import normalised_weights

import numpy as np
from scipy.sparse.linalg import svds

DENSE = 1000  # N up to which all eigenvectors are found: a few seconds, growing with the cube
FEW = 10  # an iterative solver is asked for a tenth of the components at most


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
    in_graph = isinstance(weights, tf.Variable) and not tf.executing_eagerly()
    if not (in_graph or tf.is_symbolic_tensor(weights) or np.all(np.isfinite(weights))):
        raise ValueError("weights: expected finite numbers")

    def feature(x: Tensor) -> Tensor:
        factors = in_type_of(x, weights)
        return tf.linalg.matvec(x, factors) if rank == 1 else matmul(x, factors)

    return feature


def principal_components(samples: Any, *, count: int = 1, weights: Any = None) -> np.ndarray:
    """The leading eigenvectors of the samples' covariance <x_i x_j> - <x_i><x_j>.

    Up to N = 1000 all eigenvectors of the covariance are found, with the same bits on every
    processor. Beyond, an array is never multiplied with itself: the leading components come from an
    iterative solver (ARPACK), the same at every call but for rounding, and memory holds one copy of
    the array in float64. Chunks are read once, so they need room for the covariance, N² numbers.

    Args:
        samples: (n, N), or an iterable of such chunks.
        count: how many; there are no more than n - 1 of n samples.
        weights: (n,), not negative, for mean and covariance; with samples in one array.

    Returns:
        (N, count), unit columns by falling eigenvalue, the largest entry of each one positive.

    Raises:
        TypeError: samples that are no real numbers.
        ValueError: wrong shape, more components than N or than n - 1, samples that are not finite
            or all the same, weights that are negative or not of one array.

    Example:
        >>> import numpy as np
        >>> from rmi_tf import principal_components
        >>> x = np.array([[2, 1], [-2, -1], [4, 2], [-4, -2]])
        >>> principal_components(x).round(3).tolist()  # along (2, 1)
        [[0.894], [0.447]]
    """
    is_array = hasattr(samples, "shape")
    if weights is not None and not is_array:
        raise ValueError("weights: expected samples in one array, got chunks")
    if is_array and (weights is not None or samples.shape[-1] > DENSE):
        vectors = _leading(_centred(_checked(samples), weights, count), count)
    else:
        covariance = _covariance([samples] if is_array else samples, count)
        if len(covariance) > DENSE:
            vectors = _leading(covariance, count)
        else:
            vectors = tf.linalg.eigh(covariance)[1].numpy()[:, ::-1][:, :count]
    signs = np.sign(vectors[np.abs(vectors).argmax(axis=0), np.arange(count)])
    return vectors * signs


def _checked(samples: Any) -> np.ndarray:
    x = as_array(samples)
    check_finite(x, names_of(samples))
    return x if x.dtype.kind == "f" else x.astype(np.float64)


def _check_count(count: int, n: int, sites: int) -> None:
    most = min(n - 1, sites)
    if not 1 <= check_whole("count", count, least=0) <= most:
        raise ValueError(
            f"count: expected 1 to {most}, for {n} samples of N = {sites}, got {count}"
        )


def _covariance(chunks: Iterable, count: int) -> np.ndarray:
    """<x_i x_j> - <x_i><x_j>, (N, N), in sums whose bits do not depend on the processor."""
    n, total, products, origin = 0, 0.0, 0.0, None
    for chunk in chunks:
        x = _checked(chunk)
        # squares of a mean that is large beside the spread would leave no digits of it
        origin = x.mean(axis=0) if origin is None else origin
        x = x - origin
        rows = ROWS * max(1, ROWS // x.shape[1]) ** 2  # so that the blocks' products stay small
        for i in range(0, len(x), rows):
            some = tf.constant(x[i : i + rows])
            products = products + gram(some, some).numpy().astype(np.float64)
        total = total + x.sum(axis=0, dtype=np.float64)
        n += len(x)
    if n == 0:
        raise ValueError("samples: expected at least one chunk, got none")
    _check_count(count, n, np.size(total))
    return products / n - np.outer(total / n, total / n)


def _centred(x: np.ndarray, weights: Any, count: int) -> np.ndarray:
    """Z (n, N) in float64 with Zᵀ Z the covariance but for a factor, rows of no weight left out."""
    if weights is None:
        centred = x - x.mean(axis=0, dtype=np.float64)
    else:
        w = normalised_weights(weights, len(x), tf.float64).numpy()
        x, w = x[w > 0], w[w > 0, np.newaxis]
        centred = x - x[0].astype(np.float64)  # first, since a large mean would cost digits
        centred -= np.sum(w * centred, axis=0)
        centred *= np.sqrt(w)
    _check_count(count, *x.shape)
    return centred


def _leading(matrix: np.ndarray, count: int) -> np.ndarray:
    """The `count` leading right singular vectors of a matrix (n, N), as columns: (N, count)."""
    if not matrix.any():
        raise ValueError("samples: expected rows that differ, all are the same")
    least = min(matrix.shape)
    if count > least // FEW:
        return np.linalg.svd(matrix, full_matrices=False)[2][:count].T
    # at random, so that it is at right angles to none of them
    start = np.random.Generator(np.random.SFC64(0)).standard_normal(least)
    _, values, rows = svds(matrix, count, v0=start, return_singular_vectors="vh")
    return rows[np.argsort(-values, kind="stable")].T


def in_type_of(x: Tensor, numbers: Any) -> Tensor:
    """Numbers in the type of the samples, which has to have room for them."""
    if not tf.as_dtype(x.dtype).is_floating:
        raise TypeError(f"samples: expected floating point, got {tf.as_dtype(x.dtype).name}")
    # by way of NumPy: TensorFlow takes Python's numbers for float32
    return tf.cast(numbers if tf.is_tensor(numbers) else np.asarray(numbers), x.dtype)
